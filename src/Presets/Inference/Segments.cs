namespace Presets;

/// <summary>
/// A text made of slices of a request's body and of other pieces. Slices that follow each other become one.
/// </summary>
internal sealed class Segments(ReadOnlyMemory<byte> body)
{
    private readonly List<ReadOnlyMemory<byte>> pieces = new(16);

    // The slice of the body that may still grow.
    private int start;
    private int end;

    internal long Length { get; private set; }

    /// <summary>Appends a slice of the body.</summary>
    internal void Copy(int from, int to)
    {
        if (from != end)
        {
            Flush();
            start = from;
        }
        end = to;
    }

    /// <summary>Appends any piece.</summary>
    internal void Add(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
            return;
        Flush();
        Append(piece);
    }

    internal void AddAll(List<ReadOnlyMemory<byte>> several)
    {
        foreach (var piece in several)
            Add(piece);
    }

    internal List<ReadOnlyMemory<byte>> ToList()
    {
        Flush();
        return pieces;
    }

    private void Flush()
    {
        if (start < end)
            Append(body[start..end]);
        start = end;
    }

    private void Append(ReadOnlyMemory<byte> piece)
    {
        pieces.Add(piece);
        Length += piece.Length;
    }
}
