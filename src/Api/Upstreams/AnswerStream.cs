using System.Runtime.CompilerServices;

namespace Presets.Api;

/// <summary>
/// Reads an upstream's answer as it comes. Where a stream of events breaks off between two of them, it ends with one
/// that says so; everywhere else the break is thrown.
/// </summary>
internal sealed class AnswerStream(Stream inner, AnswerContent answer) : ReadStream
{
    private ReadOnlyMemory<byte>? end;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (end is not null)
            return new(ReadEnd(buffer.Span));
        // The token of the exchange is given with each read of it: the deadline follows it already.
        var read = inner.ReadAsync(buffer, answer.Token);
        return read.IsCompletedSuccessfully ? new(Note(buffer.Span, read.Result)) : AwaitAsync(read, buffer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            answer.Release();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AwaitAsync(ValueTask<int> pending, Memory<byte> buffer)
    {
        try
        {
            var count = await pending;
            return Note(buffer.Span, count);
        }
        catch (Exception)
        {
            end = answer.NoteBroken();
            if (end is null)
                throw;
            return ReadEnd(buffer.Span);
        }
    }

    // A read into an empty buffer waits until there is something to read.
    private int Note(Span<byte> buffer, int count)
    {
        if (!buffer.IsEmpty)
            answer.Note(buffer[..count]);
        return count;
    }

    private int ReadEnd(Span<byte> buffer)
    {
        var count = Math.Min(end!.Value.Length, buffer.Length);
        end.Value.Span[..count].CopyTo(buffer);
        end = end.Value[count..];
        return count;
    }
}
