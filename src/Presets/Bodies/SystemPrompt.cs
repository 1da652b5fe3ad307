using System.Buffers;

namespace Presets;

/// <summary>
/// The system text as it is found. Texts of one message are joined by a line feed, messages by an empty line; an empty text adds nothing, not even a separator.
/// </summary>
internal ref struct SystemPrompt(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> _body = body;

    // A text without escapes that is the only one so far stays in the body.
    private Range _only;
    private byte[]? _rented;
    private int _length;
    private bool _inMessage;

    /// <summary>The next text belongs to another message.</summary>
    internal void NextMessage() => _inMessage = false;

    /// <summary>Adds the text of a string at this range of the body.</summary>
    internal TextFault Add(Range range, bool escaped)
    {
        var text = _body[range];
        if (text.IsEmpty)
            return TextFault.None;
        var first = _length == 0;
        var separator = first ? ""u8 : _inMessage ? "\n"u8 : "\n\n"u8;
        _inMessage = true;
        if (first && !escaped)
        {
            _only = range;
            _length = text.Length;
            return TextFault.None;
        }
        MakeRoom(separator.Length + text.Length);
        separator.CopyTo(_rented.AsSpan(_length));
        _length += separator.Length;
        var fault = TextFault.None;
        if (escaped)
            _length += JsonText.Unescape(text, _rented.AsSpan(_length), out fault);
        else
        {
            text.CopyTo(_rented.AsSpan(_length));
            _length += text.Length;
        }
        return fault;
    }

    /// <summary>The whole text as UTF-8; null when it is empty.</summary>
    internal readonly byte[]? ToArray()
    {
        if (_length == 0)
            return null;
        var text = GC.AllocateUninitializedArray<byte>(_length);
        (_rented is null ? _body[_only] : _rented.AsSpan(0, _length)).CopyTo(text);
        return text;
    }

    /// <summary>Gives the scratch memory back.</summary>
    internal readonly void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }

    private void MakeRoom(int more)
    {
        if (_rented is not null && _rented.Length >= _length + more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + more, 2 * _length));
        (_rented is null ? _body[_only] : _rented.AsSpan(0, _length)).CopyTo(larger);
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = larger;
    }
}
