namespace Presets.Api;

/// <summary>
/// A body on its way up, as the segments of a request's body and of a preset. The memory of the request's body is given
/// back when the last of it was read.
/// </summary>
internal sealed class SegmentStream(RequestBody body) : ReadStream
{
    // Not readonly: it is a struct that is disposed.
    private RequestBody body = body;
    private IReadOnlyList<ReadOnlyMemory<byte>> segments = [];
    private long length;
    private int segment;
    private int offset;

    /// <summary>The request's body, until it is on its way.</summary>
    public ReadOnlyMemory<byte> Received => body.Bytes;

    /// <inheritdoc/>
    public override long Length => length;

    /// <summary>Says what is to be sent.</summary>
    public void Send(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        this.segments = segments;
        foreach (var each in segments)
            length += each.Length;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = buffer.Span;
        while (!room.IsEmpty && segment < segments.Count)
        {
            var rest = segments[segment].Span[offset..];
            var part = rest[..Math.Min(rest.Length, room.Length)];
            part.CopyTo(room);
            room = room[part.Length..];
            if (part.Length == rest.Length)
                (segment, offset) = (segment + 1, 0);
            else
                offset += part.Length;
        }

        if (segment == segments.Count)
            Release();
        return new(buffer.Length - room.Length);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Release();
        base.Dispose(disposing);
    }

    private void Release()
    {
        (segments, segment) = ([], 0);
        body.Dispose();
    }
}
