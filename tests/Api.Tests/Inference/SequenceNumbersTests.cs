using System.Text;
using FsCheck.Xunit;

namespace Presets.Api.Tests;

public sealed class SequenceNumbersTests
{
    [Fact]
    public void Without_a_number_the_next_is_the_first()
    {
        var numbers = new SequenceNumbers();

        numbers.Note("data: {}\n\n"u8);

        Assert.Equal(0, numbers.Next);
    }

    [Property]
    public void The_last_number_is_found_however_the_stream_is_cut(byte[] cuts)
    {
        var stream = Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 30).Select(i => $"data: {{\"type\":\"x\",\"sequence_number\": {i * 1000003L}}}\n\n")));
        var numbers = new SequenceNumbers();
        var at = 0;

        foreach (var cut in cuts)
        {
            var part = stream.AsSpan(at, Math.Min(cut % 40, stream.Length - at));
            numbers.Note(part);
            at += part.Length;
        }

        numbers.Note(stream.AsSpan(at));

        Assert.Equal((29 * 1000003L) + 1, numbers.Next);
    }
}
