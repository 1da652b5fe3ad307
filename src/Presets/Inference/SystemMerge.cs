using System.Text.Json;

namespace Presets;

/// <summary>
/// Puts the preset's system prompt in front of the request's system text. Source: the contract, "Merge", rule 5.
/// </summary>
internal sealed class SystemMerge
{
    private static readonly byte[] BlankLine = "\\n\\n"u8.ToArray();
    private static readonly byte[] StartContent = "\"content\":\""u8.ToArray();
    private static readonly byte[] EndContent = "\","u8.ToArray();
    private static readonly byte[] StartMessage = "{\"role\":\"system\",\"content\":\""u8.ToArray();
    private static readonly byte[] StartPart = "{\"type\":\"text\",\"text\":\""u8.ToArray();
    private static readonly byte[] EndElement = "\"}"u8.ToArray();

    private static readonly byte[] Messages = ",\"messages\":"u8.ToArray();
    private static readonly byte[] System = ",\"system\":"u8.ToArray();
    private static readonly byte[] Instructions = ",\"instructions\":"u8.ToArray();

    private readonly InferenceRequest request;
    private readonly Segments output;
    private readonly List<ReadOnlyMemory<byte>> prompt = [];

    internal SystemMerge(InferenceRequest request, PresetPart part, Segments output)
    {
        this.request = request;
        this.output = output;
        Opening = request.Kind switch
        {
            BodyKind.ChatCompletions => Messages,
            BodyKind.Messages => System,
            _ => Instructions,
        };
        if (part.SystemPrompt is not { } text)
            return;
        if (request.Variables is { } variables)
        {
            prompt = variables.Fill(text, out var unfilled);
            Unfilled = unfilled;
        }
        else
            prompt.Add(text);
        HasPrompt = prompt.Exists(piece => !piece.IsEmpty);
    }

    /// <summary>Whether the preset has a system prompt.</summary>
    internal bool HasPrompt { get; }

    /// <summary>The variables of the prompt that the request gives no text for.</summary>
    internal IReadOnlyList<string> Unfilled { get; } = [];

    /// <summary>What precedes the value of the field that holds the system text, behind another member.</summary>
    internal byte[] Opening { get; }

    /// <summary>Whether a field holds the system text.</summary>
    internal bool IsField(ReadOnlySpan<byte> name) => name.SequenceEqual(Opening.AsSpan()[2..^2]);

    /// <summary>Writes the field's value where the request has none.</summary>
    internal void WriteAlone()
    {
        if (request.Kind == BodyKind.ChatCompletions)
        {
            output.Add(JsonPieces.StartList);
            WritePrompt(StartMessage, EndElement);
            output.Add(JsonPieces.EndList);
        }
        else
            WritePrompt(JsonPieces.Quotes, JsonPieces.Quotes);
    }

    /// <summary>Writes the field's value, joined with the request's.</summary>
    /// <exception cref="Refusal">The request's is not of a type that a prompt can be joined with.</exception>
    internal Origin Write(JsonMember member)
    {
        var members = request.Members;
        var type = members.TypeOf(member);
        if (!HasPrompt)
        {
            output.Copy(member.Start, member.End);
            return Origin.Request;
        }
        if (type == 'n')
        {
            WriteAlone();
            return Origin.Preset;
        }
        if (request.Kind == BodyKind.ChatCompletions)
            WriteMessages(member);
        else if (type == '"')
            Join(member);
        else if (type == '[' && request.Kind == BodyKind.Messages)
            Insert(member, StartPart);
        else
            throw members.Invalid(member, request.Kind == BodyKind.Messages ? "a string or a list" : "a string");
        return Origin.Both;
    }

    private void WriteMessages(JsonMember member)
    {
        if (request.Members.TypeOf(member) != '[')
            throw request.Members.Invalid(member, "a list");
        var reader = new BodyReader(request.Body.Span[member.Start..member.End]);
        reader.Read();
        reader.Read();
        var first = ObjectAt(ref reader, member, "messages[0]");
        if (first?.Find("role"u8) is not { } role || first.StringOf(role) is not ("system" or "developer"))
        {
            Insert(member, StartMessage);
            return;
        }
        first.Check();
        if (first.Find("content"u8) is { } content)
        {
            output.Copy(member.Start, content.Start);
            WriteContent(first, content);
            output.Copy(content.End, member.End);
            return;
        }
        output.Copy(member.Start, first.Start + 1);
        WritePrompt(StartContent, EndContent);
        output.Copy(first.Start + 1, member.End);
    }

    private void WriteContent(JsonMembers message, JsonMember content)
    {
        var type = message.TypeOf(content);
        if (type == 'n')
            WritePrompt(JsonPieces.Quotes, JsonPieces.Quotes);
        else if (type == '"')
            Join(content);
        else if (type == '[')
            WriteParts(content);
        else
            throw message.Invalid(content, "a string or a list");
    }

    // In front of the first text; a part of its own where there is none.
    private void WriteParts(JsonMember parts)
    {
        var reader = new BodyReader(request.Body.Span[parts.Start..parts.End]);
        reader.Read();
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            var part = ObjectAt(ref reader, parts, $"messages[0].content[{i}]");
            if (part?.Find("text"u8) is { } text && part.TypeOf(text) == '"' && !IsEmpty(text))
            {
                part.Check();
                output.Copy(parts.Start, text.Start);
                Join(text);
                output.Copy(text.End, parts.End);
                return;
            }
        }
        Insert(parts, StartPart);
    }

    // The object under the reader, which reads the value of a member, is read to its end; null when it is none.
    private JsonMembers? ObjectAt(ref BodyReader reader, JsonMember member, string path)
    {
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var start = member.Start + reader.TokenStartIndex;
        reader.Skip();
        return isObject
            ? JsonMembers.Scan(request.Body, start..(member.Start + reader.BytesConsumed), path)
            : null;
    }

    // In front of the text of a string.
    private void Join(JsonMember text)
    {
        output.Copy(text.Start, text.Start + 1);
        output.AddAll(prompt);
        if (!IsEmpty(text))
            output.Add(BlankLine);
        output.Copy(text.Start + 1, text.End);
    }

    private static bool IsEmpty(JsonMember text) => text.End - text.Start == 2;

    // In front of the elements of a list.
    private void Insert(JsonMember list, byte[] start)
    {
        var next = list.Start + 1;
        WhiteSpace.TrySkip(request.Body.Span, ref next, out var first);
        output.Copy(list.Start, list.Start + 1);
        WritePrompt(start, EndElement);
        if (first != ']')
            output.Add(JsonPieces.Comma);
        output.Copy(list.Start + 1, list.End);
    }

    private void WritePrompt(byte[] start, byte[] end)
    {
        output.Add(start);
        output.AddAll(prompt);
        output.Add(end);
    }
}
