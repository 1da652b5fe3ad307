using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Presets.Api;

/// <summary>
/// YAML as the JSON that it stands for (YAML 1.2, core schema). Anchors, aliases and tags are refused: a file of a few
/// hundred bytes could stand for gigabytes with them.
/// </summary>
internal static partial class YamlText
{
    private const int MostCharacters = 1 << 20;

    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(control => (char)control).Except(['\t', '\n', '\r'])]);

    /// <summary>One document as JSON; an empty one is an empty object. It may have duplicate members.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidRequest"/>: it is not YAML, has more than a million characters, more than one
    /// document, is nested too deep, or uses what is refused.
    /// </exception>
    public static ReadOnlyMemory<byte> ToJson(string yaml)
    {
        if (yaml.Length > MostCharacters)
            throw Refused($"The YAML has more than {MostCharacters} characters.");
        // YAML 1.2, section 5.1. The parser takes some of them for the end.
        if (yaml.AsSpan().ContainsAny(Controls))
            throw Refused("It is not valid YAML: it has a control character.");
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            using var json = new Utf8JsonWriter(buffer);
            Write(new Parser(new StringReader(yaml)), json);
        }
        catch (YamlException exception)
        {
            throw Refused($"It is not valid YAML at line {exception.Start.Line}, column {exception.Start.Column}.");
        }

        return buffer.WrittenCount == 0 ? "{}"u8.ToArray() : buffer.WrittenMemory;
    }

    private static void Write(Parser parser, Utf8JsonWriter json)
    {
        var documents = 0;
        // For each open collection whether it is a mapping, and whether a key comes next in it.
        var open = new Stack<(bool IsMapping, bool IsKey)>();
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            if (current is AnchorAlias || current is NodeEvent { Anchor.IsEmpty: false })
                throw Refused($"Anchors and aliases are not taken: line {current.Start.Line}.");
            // An exclamation mark alone makes a text of a scalar.
            if (current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
                throw Refused($"Tags are not taken: line {current.Start.Line}.");
            if (current is DocumentStart && ++documents > 1)
                throw Refused("It has more than one document.");
            switch (current)
            {
                case MappingStart or SequenceStart:
                    if (open.TryPeek(out var outer) && outer is { IsMapping: true, IsKey: true })
                        throw Refused($"A key must be a scalar: line {current.Start.Line}.");
                    if (open.Count == BodyFilter.MaxDepth)
                        throw Refused($"It is nested deeper than {BodyFilter.MaxDepth}: line {current.Start.Line}.");
                    if (current is MappingStart)
                        json.WriteStartObject();
                    else
                        json.WriteStartArray();
                    open.Push((current is MappingStart, true));
                    break;
                case MappingEnd:
                    json.WriteEndObject();
                    open.Pop();
                    ValueEnds(open);
                    break;
                case SequenceEnd:
                    json.WriteEndArray();
                    open.Pop();
                    ValueEnds(open);
                    break;
                case Scalar key when open.TryPeek(out var mapping) && mapping is { IsMapping: true, IsKey: true }:
                    json.WritePropertyName(key.Value);
                    open.Push(open.Pop() with { IsKey = false });
                    break;
                case Scalar scalar:
                    Write(scalar, json);
                    ValueEnds(open);
                    break;
            }
        }
    }

    private static void ValueEnds(Stack<(bool IsMapping, bool IsKey)> open)
    {
        if (open.Count > 0)
            open.Push(open.Pop() with { IsKey = true });
    }

    private static void Write(Scalar scalar, Utf8JsonWriter json)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty)
            json.WriteStringValue(text);
        else if (text is "" or "~" or "null" or "Null" or "NULL")
            json.WriteNullValue();
        else if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
            json.WriteBooleanValue(text[0] is 't' or 'T');
        else if (JsonNumber().IsMatch(text))
            json.WriteRawValue(text);
        else if (YamlNumber().IsMatch(text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number))
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(text);
    }

    private static Refusal Refused(string message) => new(RefusalCode.InvalidRequest, message);

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex JsonNumber();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex YamlNumber();
}
