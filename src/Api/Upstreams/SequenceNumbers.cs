using System.Buffers.Text;

namespace Presets.Api;

/// <summary>Finds the last <c>sequence_number</c> of a stream of responses events, however it is cut.</summary>
internal struct SequenceNumbers
{
    // Longer than the name, white space and the longest number, so that what a cut goes through is seen as a whole.
    private const int Room = 64;

    private byte[]? carried;
    private int length;
    private long last;

    /// <summary>The number that a further event has.</summary>
    public readonly long Next => last + 1;

    /// <summary>Numbers of a stream that begins with 0.</summary>
    public SequenceNumbers()
    {
        last = -1;
    }

    /// <summary>Notes bytes that came.</summary>
    public void Note(ReadOnlySpan<byte> bytes)
    {
        carried ??= new byte[2 * Room];
        var seam = bytes[..Math.Min(bytes.Length, Room)];
        seam.CopyTo(carried.AsSpan(length));
        Find(carried.AsSpan(0, length + seam.Length));
        Find(bytes);
        Carry(bytes.Length > Room ? bytes : carried.AsSpan(0, length + seam.Length));
    }

    private void Carry(ReadOnlySpan<byte> bytes)
    {
        var end = bytes[^Math.Min(bytes.Length, Room)..];
        end.CopyTo(carried);
        length = end.Length;
    }

    // In the text of a model its quotation marks would be escaped.
    private void Find(ReadOnlySpan<byte> bytes)
    {
        var name = "\"sequence_number\":"u8;
        var at = bytes.LastIndexOf(name);
        if (at >= 0 && Utf8Parser.TryParse(bytes[(at + name.Length)..].TrimStart((byte)' '), out long number, out _))
            last = number;
    }
}
