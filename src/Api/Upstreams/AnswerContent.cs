using System.Net;

namespace Presets.Api;

/// <summary>The body of an upstream's answer, which may not pause for longer than its deadline allows.</summary>
internal sealed class AnswerContent(
    HttpContent inner, DeadlineHandler handler, Deadline deadline, TimeSpan idleTimeout) : HttpContent
{
    private Deadline? deadline = deadline;

    /// <summary>What came from the upstream; it has the headers.</summary>
    public HttpContent Inner => inner;

    /// <summary>Ends a stream of events that breaks off; null when the answer is none.</summary>
    public EventStreamEnd? Events { get; set; }

    /// <summary>Whether all of it came.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether it paused for too long.</summary>
    public bool IsLate { get; private set; }

    /// <summary>What may be waited for.</summary>
    internal CancellationToken Token => deadline!.Token;

    /// <summary>Notes what came.</summary>
    /// <param name="bytes">Empty at the end.</param>
    internal void Note(ReadOnlySpan<byte> bytes)
    {
        IsComplete = bytes.IsEmpty;
        deadline!.Postpone(idleTimeout);
        Events?.Note(bytes);
    }

    /// <summary>Notes that no more will come.</summary>
    /// <returns>What is to be sent in its place; null when the answer cannot be ended but by breaking it off.</returns>
    internal ReadOnlyMemory<byte>? NoteBroken()
    {
        IsLate = deadline!.IsOver;
        // A client that left needs no end.
        return deadline.IsCancellationRequested && !IsLate ? null : Events?.After(IsLate);
    }

    /// <summary>Gives the deadline back.</summary>
    internal void Release()
    {
        if (Interlocked.Exchange(ref deadline, null) is { } held)
            handler.Return(held);
    }

    /// <inheritdoc/>
    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new AnswerStream(await inner.ReadAsStreamAsync(Token), this);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var answer = await CreateContentReadStreamAsync();
        await answer.CopyToAsync(stream);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            Release();
        }

        base.Dispose(disposing);
    }
}
