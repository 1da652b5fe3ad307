using System.Buffers;

namespace Presets;

/// <summary>
/// The system text as it is found. Texts of one message are joined by a line feed, messages by an empty line; an empty
/// text adds nothing, not even a separator.
/// </summary>
internal ref struct SystemPrompt(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> body = body;

    // The only text so far, if it has no escapes: it need not be copied.
    private Range only;
    private byte[]? rented;
    private int length;
    private bool inMessage;

    private readonly ReadOnlySpan<byte> Text => rented is null ? body[only] : rented.AsSpan(0, length);

    /// <summary>The next text belongs to another message.</summary>
    internal void NextMessage() => inMessage = false;

    /// <summary>Adds the text of a string at this range of the body.</summary>
    internal TextFault Add(Range range, bool escaped)
    {
        var text = body[range];
        if (text.IsEmpty)
            return TextFault.None;
        var first = length == 0;
        var separator = first ? ""u8 : inMessage ? "\n"u8 : "\n\n"u8;
        inMessage = true;
        if (first && !escaped)
        {
            only = range;
            length = text.Length;
            return TextFault.None;
        }
        MakeRoom(separator.Length + text.Length);
        separator.CopyTo(rented.AsSpan(length));
        length += separator.Length;
        var fault = TextFault.None;
        if (escaped)
            length += JsonText.Unescape(text, rented.AsSpan(length), out fault);
        else
        {
            text.CopyTo(rented.AsSpan(length));
            length += text.Length;
        }
        return fault;
    }

    /// <summary>
    /// The whole text as UTF-8, and behind it, as another message, that of <paramref name="next"/>; null when both are
    /// empty.
    /// </summary>
    internal readonly byte[]? ToArray(in SystemPrompt next)
    {
        if (length + next.length == 0)
            return null;
        var separator = length == 0 || next.length == 0 ? ""u8 : "\n\n"u8;
        var text = GC.AllocateUninitializedArray<byte>(length + separator.Length + next.length);
        Text.CopyTo(text);
        separator.CopyTo(text.AsSpan(length));
        next.Text.CopyTo(text.AsSpan(length + separator.Length));
        return text;
    }

    /// <summary>Gives the scratch memory back.</summary>
    internal readonly void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private void MakeRoom(int more)
    {
        if (rented is not null && rented.Length >= length + more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + more, 2 * length));
        Text.CopyTo(larger);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
    }
}
