using System.Buffers;
using System.IO.Pipelines;

namespace Presets.Api;

/// <summary>Reads a body line by line, one line in memory at a time.</summary>
/// <param name="budget">What lines may hold together.</param>
/// <param name="mostBytes">The most bytes of the body, decompressed.</param>
/// <param name="idle">The longest pause of the client.</param>
internal sealed class BodyLines(
    PipeReader reader, QueueBudget budget, long mostBytes, TimeSpan idle, TimeProvider clock) : IDisposable
{
    /// <summary>The most bytes of a line.</summary>
    public const int MostLineBytes = 64 << 20;

    private RequestBody line = new(budget);
    private long bytes;
    private bool isAtEnd;

    /// <summary>The number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line without its end; valid until the next is read.</summary>
    public ReadOnlyMemory<byte> Line => line.Bytes;

    /// <summary>Reads the next line; false when there is none.</summary>
    /// <param name="whole">Whether to read all that is left as one line.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.BodyTooLarge"/>, <see cref="RefusalCode.RequestTimeout"/>,
    /// <see cref="RefusalCode.Overloaded"/>; <see cref="RefusalCode.InvalidRequest"/> when the body is broken.
    /// </exception>
    public async ValueTask<bool> ReadAsync(bool whole = false)
    {
        line.Dispose();
        line = new RequestBody(budget);
        if (isAtEnd)
            return false;
        Number++;
        while (true)
        {
            var read = await NextAsync();
            var end = whole ? null : read.Buffer.PositionOf((byte)'\n');
            var taken = end is { } at ? read.Buffer.Slice(0, at) : read.Buffer;
            var next = end is { } feed ? read.Buffer.GetPosition(1, feed) : read.Buffer.End;
            try
            {
                bytes += taken.Length + (end is null ? 0 : 1);
                if (bytes > mostBytes)
                    throw TooLarge(mostBytes);
                if (line.Length + taken.Length > MostLineBytes)
                    throw new Refusal(
                        RefusalCode.BodyTooLarge, $"Line {Number} starts a record of more than {MostLineBytes} bytes.");
                line.Append(taken, null);
            }
            finally
            {
                reader.AdvanceTo(next);
            }

            if (end is not null)
                return true;
            if (read.IsCompleted)
            {
                isAtEnd = true;
                return line.Length > 0;
            }
        }
    }

    /// <summary>The body is larger than what is taken.</summary>
    public static Refusal TooLarge(long mostBytes) =>
        new(RefusalCode.BodyTooLarge, $"An import may have at most {mostBytes} bytes.");

    /// <inheritdoc/>
    public void Dispose() => line.Dispose();

    private async ValueTask<ReadResult> NextAsync()
    {
        if (reader.TryRead(out var read))
            return read;
        using var pause = new CancellationTokenSource(idle, clock);
        try
        {
            return await reader.ReadAsync(pause.Token);
        }
        catch (OperationCanceledException) when (pause.IsCancellationRequested)
        {
            throw new Refusal(
                RefusalCode.RequestTimeout, $"Nothing arrived for {idle.TotalSeconds:0.###} seconds.");
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException)
        {
            throw new Refusal(RefusalCode.InvalidRequest, "The body's Content-Encoding is broken.", inner: broken);
        }
    }
}
