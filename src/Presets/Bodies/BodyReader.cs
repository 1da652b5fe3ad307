using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Presets;

/// <summary>
/// Reads the tokens of one JSON text (RFC 8259), as <see cref="Utf8JsonReader"/> does but faster, because it does less: all bytes are there from the
/// start, and comments and trailing commas are refused. That the bytes are UTF-8 is for the caller to know.
/// </summary>
internal ref partial struct BodyReader(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> _body = body;

    // What is open, the innermost in the lowest bit: 1 is an object, 0 a list. It has a bit for each of BodyFilter.MaxDepth.
    private ulong _open;
    private int _position;
    private int _valueStart;
    private int _valueLength;

    /// <summary>The kind of the token that was read last.</summary>
    internal JsonTokenType TokenType { get; private set; }

    /// <summary>Whether the string or name has an escape.</summary>
    internal bool ValueIsEscaped { get; private set; }

    /// <summary>Where the token starts; a string at its quote.</summary>
    internal int TokenStartIndex { get; private set; }

    /// <summary>Where the token ends; behind the colon when it is a name.</summary>
    internal readonly int BytesConsumed => _position;

    /// <summary>The token as it is spelled; a string without its quotes.</summary>
    internal readonly ReadOnlySpan<byte> ValueSpan => _body.Slice(_valueStart, _valueLength);

    /// <summary>How many objects and lists are open; one that starts counts, one that ends does not.</summary>
    internal int Depth { get; private set; }

    /// <summary>Reads the next token; false when the text is at its end.</summary>
    /// <exception cref="JsonException">It is not JSON, or nested deeper than <see cref="BodyFilter.MaxDepth"/>; with line and byte.</exception>
    internal bool Read()
    {
        var previous = TokenType;
        ValueIsEscaped = false;
        var at = _position;
        if (!TrySkipSpace(ref at, out var first))
            return ReadEnd();
        if (previous == JsonTokenType.PropertyName)
            ReadValue(at, first);
        else if (first == ',')
            ReadNext(at + 1, previous);
        else if (first is (byte)'}' or (byte)']')
            Close(at, first);
        else if (previous == JsonTokenType.StartObject)
            ReadName(at, first);
        else if (previous is JsonTokenType.StartArray or JsonTokenType.None)
            ReadValue(at, first);
        else
            Fail();
        return true;
    }

    /// <summary>Reads to the end of the value that was started; nothing when it has ended, as a string has.</summary>
    /// <exception cref="JsonException">As <see cref="Read"/>.</exception>
    internal void Skip()
    {
        if (TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        var outside = Depth - 1;
        while (Depth > outside)
            Read();
    }

    // RFC 8259, section 2: white space is these four. Most bodies have none between tokens.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TrySkipSpace(ref int at, out byte first)
    {
        var body = _body;
        first = 0;
        for (; (uint)at < (uint)body.Length; at++)
        {
            first = body[at];
            if (first > ' ' || !IsSpace(first))
                return true;
        }
        return false;
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    private readonly bool ReadEnd()
    {
        if (Depth > 0 || TokenType == JsonTokenType.None)
            Fail();
        return false;
    }

    // RFC 8259, sections 4 and 5: a comma parts two members or two values, and nothing follows the value of the text (section 2).
    private void ReadNext(int at, JsonTokenType previous)
    {
        if (Depth == 0 || previous is JsonTokenType.StartObject or JsonTokenType.StartArray || !TrySkipSpace(ref at, out var first))
            Fail();
        else if ((_open & 1) != 0)
            ReadName(at, first);
        else
            ReadValue(at, first);
    }

    private void ReadName(int at, byte first)
    {
        if (first != '"')
            Fail();
        var end = ReadString(at) + 1;
        if (!TrySkipSpace(ref end, out var colon) || colon != ':')
            Fail();
        _position = end + 1;
        TokenType = JsonTokenType.PropertyName;
    }

    private void ReadValue(int at, byte first)
    {
        if (first == '"')
        {
            _position = ReadString(at) + 1;
            TokenType = JsonTokenType.String;
        }
        else if (first == '{')
            Open(at, 1, JsonTokenType.StartObject);
        else if (first == '[')
            Open(at, 0, JsonTokenType.StartArray);
        else if (first is (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
            ReadNumber(at);
        else
            ReadLiteral(at, first);
    }

    private void Open(int at, ulong kind, JsonTokenType type)
    {
        if (Depth == BodyFilter.MaxDepth)
            Fail();
        Depth++;
        _open = _open << 1 | kind;
        Accept(at, 1, type);
    }

    private void Close(int at, byte end)
    {
        var type = (_open & 1) != 0 ? JsonTokenType.EndObject : JsonTokenType.EndArray;
        if (Depth == 0 || (type == JsonTokenType.EndObject) != (end == '}'))
            Fail();
        Depth--;
        _open >>= 1;
        Accept(at, 1, type);
    }

    // RFC 8259, section 3: three literal names, in lower case.
    private void ReadLiteral(int at, byte first)
    {
        var rest = _body[at..];
        if (first == 't' && rest.StartsWith("true"u8))
            Accept(at, 4, JsonTokenType.True);
        else if (first == 'f' && rest.StartsWith("false"u8))
            Accept(at, 5, JsonTokenType.False);
        else if (first == 'n' && rest.StartsWith("null"u8))
            Accept(at, 4, JsonTokenType.Null);
        else
            Fail();
    }

    private void Accept(int at, int length, JsonTokenType type)
    {
        TokenStartIndex = _valueStart = at;
        _valueLength = length;
        _position = at + length;
        TokenType = type;
    }

    // Only a refusal pays for the place of the fault: the other reader finds it again, and counts the lines.
    [DoesNotReturn]
    private readonly void Fail()
    {
        var reader = new Utf8JsonReader(_body, new JsonReaderOptions { MaxDepth = BodyFilter.MaxDepth });
        while (reader.Read())
        {
        }
        throw new JsonException();
    }
}
