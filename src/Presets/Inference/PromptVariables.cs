using System.Buffers;
using System.Text;

namespace Presets;

/// <summary>What a request gives for the variables of a system prompt, <c>{{name}}</c>.</summary>
internal sealed class PromptVariables
{
    private const int MaxNameLength = 64;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"u8);

    // Texts as they are spelled in the request: what is escaped there goes into the prompt as it is.
    private readonly Dictionary<string, ReadOnlyMemory<byte>> texts = [];

    /// <summary>Reads the variables in a member of an object. Null is absent.</summary>
    /// <exception cref="Refusal">One is neither a string nor a text part, or there twice.</exception>
    internal static PromptVariables Read(JsonMembers holder, JsonMember given)
    {
        if (holder.TypeOf(given) != '{')
            throw holder.Invalid(given, "an object");
        var variables = new PromptVariables();
        var members = holder.ReadObject(given);
        foreach (var member in members.All)
        {
            if (members.IsNull(member))
                continue;
            var value = members.ValueOf(TextOf(members, member) ?? throw members.Invalid(
                member, "a string, or an object with the type input_text and a text"));
            variables.texts[Encoding.UTF8.GetString(members.NameOf(member))] = value[1..^1];
        }
        return variables;
    }

    /// <summary>The names in a prompt, each once, in their order.</summary>
    /// <param name="prompt">Escaped as JSON.</param>
    internal static IReadOnlyList<string> NamesIn(ReadOnlyMemory<byte> prompt)
    {
        // Without a text for any of them, all are unfilled.
        new PromptVariables().Fill(prompt, out var names);
        return names;
    }

    /// <summary>
    /// Puts the texts in their places, in one pass: what was put in is not looked at again. A name that the request
    /// does not give stays as it stands.
    /// </summary>
    /// <param name="prompt">Escaped as JSON, as are the pieces.</param>
    /// <param name="unfilled">Gets each name that stays, once.</param>
    internal List<ReadOnlyMemory<byte>> Fill(ReadOnlyMemory<byte> prompt, out IReadOnlyList<string> unfilled)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        var missing = new OrderedDictionary<string, bool>();
        var copied = 0;
        for (var at = 0; prompt.Span[at..].IndexOf("{{"u8) is >= 0 and var found;)
        {
            at += found;
            var name = NameAt(prompt.Span[(at + 2)..]);
            if (name is null)
                at++;
            else
            {
                var end = at + name.Length + 4;
                if (texts.TryGetValue(name, out var text))
                {
                    pieces.Add(prompt[copied..at]);
                    pieces.Add(text);
                    copied = end;
                }
                else
                    missing[name] = true;
                at = end;
            }
        }
        pieces.Add(prompt[copied..]);
        unfilled = [.. missing.Keys];
        return pieces;
    }

    // The name that the closing braces follow; null when there is none.
    private static string? NameAt(ReadOnlySpan<byte> text)
    {
        var length = text[..Math.Min(text.Length, MaxNameLength + 1)].IndexOfAnyExcept(NameBytes);
        return length is > 0 and <= MaxNameLength && text[length..].StartsWith("}}"u8)
            ? Encoding.ASCII.GetString(text[..length])
            : null;
    }

    private static JsonMember? TextOf(JsonMembers members, JsonMember member)
    {
        if (members.TypeOf(member) == '"')
            return member;
        if (members.TypeOf(member) != '{')
            return null;
        var part = members.ReadObject(member);
        return part.Find("type"u8) is { } type && part.StringOf(type) == "input_text"
            && part.Find("text"u8) is { } text && part.TypeOf(text) == '"' ? text : null;
    }
}
