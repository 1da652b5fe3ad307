using System.Text.Json;

namespace Presets;

// Where each body has its system text, and what of it is dropped.
internal ref partial struct FilterPass
{
    private static readonly ValueRule TextOrParts = new(JsonTypes.String | JsonTypes.Array) { Items = new(JsonTypes.Object) };
    private static readonly ValueRule Part = new(JsonTypes.Object);
    private static readonly ValueRule PartText = new(JsonTypes.String);
    private static readonly ValueRule PartType = new(JsonTypes.String) { OneOf = ["text"] };

    private void ReadSystemText(Field field)
    {
        // A list is chat's messages, or the blocks of a messages body's system; a string is the text itself.
        if (field.Required)
            ReadMessages(field.Rule);
        else
            ReadContent("system."u8);
    }

    private void ReadMessages(ValueRule rule)
    {
        var leading = true;
        var start = _reader.TokenStartIndex;
        var any = false;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            any = true;
            leading = leading && TryReadSystemMessage();
            if (!leading)
                _reader.Skip();
        }
        if (!any)
            throw Invalid(rule, start);
    }

    /// <summary>
    /// Reads the message under the reader if its role is <c>system</c> or <c>developer</c>. The role may stand behind the content, so the
    /// message is read to the first such role and, then, again. If it has none, the reader is left at its end.
    /// </summary>
    private bool TryReadSystemMessage()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
            return false;
        var start = _reader;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = TextIs("role"u8);
            _reader.Read();
            if (isRole && _reader.TokenType == JsonTokenType.String && (TextIs("system"u8) || TextIs("developer"u8)))
            {
                _reader = start;
                ReadSystemMessage();
                return true;
            }
            _reader.Skip();
        }
        return false;
    }

    private bool TextIs(ReadOnlySpan<byte> text) =>
        (_reader.ValueIsEscaped ? _keys.Unescape(_reader.ValueSpan, out _) : _reader.ValueSpan).SequenceEqual(text);

    private void ReadSystemMessage()
    {
        var start = _reader.TokenStartIndex;
        var hasContent = false;
        _system.NextMessage();
        _keys.Open();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = AddDroppableKey();
            if (name.SequenceEqual("role"u8))
            {
                _reader.Read();
                _reader.Skip();
            }
            else if (name.SequenceEqual("content"u8))
            {
                hasContent = true;
                _reader.Read();
                ReadContent("messages."u8);
            }
            else
                Drop("messages."u8, name);
        }
        CloseKeys();
        if (!hasContent)
            throw Missing(BodyPath.Of(_body, start) + ".content");
    }

    /// <summary>Reads a string, or a list of text parts.</summary>
    /// <param name="dropped">What precedes the name of a part's member that is dropped.</param>
    private void ReadContent(ReadOnlySpan<byte> dropped)
    {
        CheckType(TextOrParts);
        if (_reader.TokenType == JsonTokenType.String)
        {
            AddText();
            return;
        }
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            ReadPart(dropped);
    }

    private void ReadPart(ReadOnlySpan<byte> dropped)
    {
        CheckType(Part);
        var start = _reader.TokenStartIndex;
        var (hasType, hasText) = (false, false);
        _keys.Open();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = AddDroppableKey();
            if (name.SequenceEqual("type"u8))
            {
                hasType = true;
                _reader.Read();
                Check(PartType, stored: true);
            }
            else if (name.SequenceEqual("text"u8))
            {
                hasText = true;
                _reader.Read();
                CheckType(PartText);
                AddText();
            }
            else
                Drop(dropped, name);
        }
        CloseKeys();
        if (!hasType || !hasText)
            throw Missing(BodyPath.Of(_body, start) + (hasType ? ".text" : ".type"));
    }

    /// <summary>Adds a name of a message or a part, and gives its text. It is not stored, so it may hold what text may not.</summary>
    private ReadOnlySpan<byte> AddDroppableKey()
    {
        var name = _reader.ValueSpan;
        var offset = _reader.TokenStartIndex + 1;
        var escaped = _reader.ValueIsEscaped;
        if (!(escaped ? _keys.AddEscaped(name) : _keys.Add(offset, name.Length, KeySet.Signature(_body, offset, name.Length))))
            throw Duplicate();
        return escaped ? _keys.Unescape(name, out _) : name;
    }

    private void Drop(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.Null)
            _ignored.AddOnce(prefix, name);
        _reader.Skip();
    }

    private void AddText()
    {
        var start = _reader.TokenStartIndex + 1;
        var fault = _system.Add(start..(start + _reader.ValueSpan.Length), _reader.ValueIsEscaped);
        if (fault != TextFault.None)
            throw Faulty(fault);
    }
}
