using System.Buffers;
using System.Text;

namespace Presets;

/// <summary>
/// The value of <c>X-Ignored-Fields</c> as it grows: names joined by a comma and a space, in printable ASCII (every
/// other character, and the comma, is a question mark), of at most <see cref="MaxLength"/> characters; a name that does
/// not fit ends it.
/// </summary>
/// <param name="buffer">Room for what most bodies have to name; more is rented.</param>
public ref struct IgnoredNames(Span<byte> buffer)
{
    /// <summary>The most characters of the value. Source: the contract, "What is persisted".</summary>
    public const int MaxLength = 1000;

    private Span<byte> buffer = buffer;
    private byte[]? rented;
    private int length;
    private bool full;

    /// <summary>The value for names that are known already; null when there are none.</summary>
    public static string? Join(IEnumerable<string> names)
    {
        var joined = new IgnoredNames(stackalloc byte[256]);
        try
        {
            foreach (var name in names)
                joined.Add(Encoding.UTF8.GetBytes(name));
            return joined.ToString();
        }
        finally
        {
            joined.Dispose();
        }
    }

    /// <summary>Appends a name given as UTF-8.</summary>
    public void Add(ReadOnlySpan<byte> name) => Add([], name, once: false);

    /// <summary>Appends the name of what is dropped from inside a field (<c>system.citations</c>), once.</summary>
    internal void AddOnce(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name) => Add(field, name, once: true);

    /// <summary>The value; null when there are no names, or the first does not fit.</summary>
    public override readonly string? ToString() => length == 0 ? null : Encoding.ASCII.GetString(buffer[..length]);

    /// <summary>Gives the scratch memory back.</summary>
    public readonly void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private void Add(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name, bool once)
    {
        if (full)
            return;
        var separator = length == 0 ? ""u8 : ", "u8;
        var start = length + separator.Length;
        // A character has at most four bytes, so a name may shrink as it is made printable.
        int written;
        while (!TryWrite(field, name, buffer[Math.Min(start, buffer.Length)..], out written))
        {
            if (rented is not null)
            {
                full = true;
                return;
            }
            rented = ArrayPool<byte>.Shared.Rent(MaxLength);
            buffer.CopyTo(rented);
            buffer = rented.AsSpan(0, MaxLength);
        }
        if (once && Contains(buffer.Slice(start, written)))
            return;
        separator.CopyTo(buffer[length..]);
        length = start + written;
    }

    private readonly bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (var range in ((ReadOnlySpan<byte>)buffer[..length]).Split(", "u8))
        {
            if (buffer[range].SequenceEqual(name))
                return true;
        }
        return false;
    }

    private static bool TryWrite(
        ReadOnlySpan<byte> field, ReadOnlySpan<byte> name, Span<byte> destination, out int written)
    {
        written = 0;
        if (!field.IsEmpty)
        {
            if (field.Length >= destination.Length)
                return false;
            field.CopyTo(destination);
            destination[field.Length] = (byte)'.';
            written = field.Length + 1;
        }
        // An empty name would be an empty entry of the list, which is none.
        if (name.IsEmpty)
            name = "?"u8;
        foreach (var b in name)
        {
            // A continuation byte belongs to a character that has its question mark.
            if (b is >= 0x80 and < 0xC0)
                continue;
            if (written == destination.Length)
                return false;
            destination[written++] = b is >= (byte)' ' and <= (byte)'~' and not (byte)',' ? b : (byte)'?';
        }
        return true;
    }
}
