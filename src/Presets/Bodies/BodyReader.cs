using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Presets;

/// <summary>
/// Reads the tokens of one JSON text (RFC 8259), as <see cref="Utf8JsonReader"/> does but faster, because it does less:
/// all bytes are there from the start, and comments and trailing commas are refused. The caller has checked that the
/// bytes are UTF-8.
/// </summary>
/// <param name="maxDepth">The deepest nesting: up to 64, or 65 if the text is an object.</param>
internal ref struct BodyReader(ReadOnlySpan<byte> body, int maxDepth = BodyFilter.MaxDepth)
{
    private readonly ReadOnlySpan<byte> body = body;
    private readonly int maxDepth = maxDepth;

    private Nesting nesting = new(maxDepth);
    private int position;
    private int valueStart;
    private int valueLength;

    /// <summary>The kind of the token that was read last.</summary>
    internal JsonTokenType TokenType { get; private set; }

    /// <summary>Whether the string or name has an escape.</summary>
    internal bool ValueIsEscaped { get; private set; }

    /// <summary>Where the token starts; a string at its quote.</summary>
    internal int TokenStartIndex { get; private set; }

    /// <summary>Where the token ends; behind the colon when it is a name.</summary>
    internal readonly int BytesConsumed => position;

    /// <summary>The token as it is spelled; a string without its quotes.</summary>
    internal readonly ReadOnlySpan<byte> ValueSpan => body.Slice(valueStart, valueLength);

    /// <summary>How many objects and lists are open; one that starts counts, one that ends does not.</summary>
    internal readonly int Depth => nesting.Depth;

    /// <summary>Reads the next token; false when the text is at its end.</summary>
    /// <exception cref="JsonException">
    /// It is not JSON, or nested too deep; with line and byte.
    /// </exception>
    internal bool Read()
    {
        var previous = TokenType;
        ValueIsEscaped = false;
        var at = position;
        if (!WhiteSpace.TrySkip(body, ref at, out var first))
            return ReadEnd();
        if (previous == JsonTokenType.PropertyName)
            ReadValue(at, first);
        else if (first == ',')
            ReadNext(at + 1, previous);
        else if (first is (byte)'}' or (byte)']')
            Close(at, isObject: first == '}');
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

    private readonly bool ReadEnd()
    {
        if (Depth > 0 || TokenType == JsonTokenType.None)
            Fail();
        return false;
    }

    // RFC 8259, sections 4 and 5: a comma separates two members or two values. Section 2: one value is the whole text.
    private void ReadNext(int at, JsonTokenType previous)
    {
        var isFirst = previous is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (Depth == 0 || isFirst || !WhiteSpace.TrySkip(body, ref at, out var first))
            Fail();
        else if (nesting.InObject)
            ReadName(at, first);
        else
            ReadValue(at, first);
    }

    private void ReadName(int at, byte first)
    {
        if (first != '"')
            Fail();
        var end = ReadString(at) + 1;
        if (!WhiteSpace.TrySkip(body, ref end, out var colon) || colon != ':')
            Fail();
        position = end + 1;
        TokenType = JsonTokenType.PropertyName;
    }

    private void ReadValue(int at, byte first)
    {
        if (first == '"')
        {
            position = ReadString(at) + 1;
            TokenType = JsonTokenType.String;
        }
        else if (first == '{')
            Open(at, isObject: true);
        else if (first == '[')
            Open(at, isObject: false);
        else if (first is (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
            ReadNumber(at);
        else
            ReadLiteral(at, first);
    }

    private void Open(int at, bool isObject)
    {
        if (!nesting.TryOpen(isObject))
            Fail();
        Accept(at, 1, isObject ? JsonTokenType.StartObject : JsonTokenType.StartArray);
    }

    private void Close(int at, bool isObject)
    {
        if (!nesting.TryClose(isObject))
            Fail();
        Accept(at, 1, isObject ? JsonTokenType.EndObject : JsonTokenType.EndArray);
    }

    /// <summary>Takes the string at a quote as the value, and gives the index of its closing quote.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadString(int at)
    {
        var start = at + 1;
        var end = StringScan.FindSpecial(body, start);
        if (end < 0 || body[end] != '"')
        {
            end = StringScan.FindEnd(body, end);
            if (end < 0)
                Fail();
            ValueIsEscaped = true;
        }
        TokenStartIndex = at;
        valueStart = start;
        valueLength = end - start;
        return end;
    }

    private void ReadNumber(int at)
    {
        var end = JsonNumber.FindEnd(body, at);
        if (end < 0 || !EndsNumber(end))
            Fail();
        Accept(at, end - at, JsonTokenType.Number);
    }

    // A number cannot be the last of an open list or object. What follows a slash is refused as a comment, as
    // Utf8JsonReader does.
    private readonly bool EndsNumber(int at) => at == body.Length
        ? Depth == 0
        : body[at] is (byte)',' or (byte)'}' or (byte)']' or (byte)'/' || WhiteSpace.Is(body[at]);

    // RFC 8259, section 3: three literal names, in lower case.
    private void ReadLiteral(int at, byte first)
    {
        var rest = body[at..];
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
        TokenStartIndex = valueStart = at;
        valueLength = length;
        position = at + length;
        TokenType = type;
    }

    // Only a refusal pays for the place of the fault: Utf8JsonReader finds it again, and counts the lines.
    [DoesNotReturn]
    private readonly void Fail()
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
        }
        throw new JsonException();
    }
}
