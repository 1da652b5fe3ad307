using System.Text;
using System.Text.Json;

namespace Presets.Tests;

/// <summary>
/// A JSON value that can be changed. What counts is kept: the order of members and the spelling of numbers; the escapes
/// of strings are not.
/// </summary>
internal sealed class JsonTree
{
    /// <summary>The text of a number or literal, or that of a string behind a quote; null for the others.</summary>
    internal string? Scalar { get; init; }

    internal bool IsObject { get; init; }

    /// <summary>The members of an object, or the elements of an array with empty names.</summary>
    internal List<(string Name, JsonTree Value)> Children { get; } = [];

    internal static JsonTree Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Of(document.RootElement);
    }

    internal static JsonTree Of(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var tree = new JsonTree { IsObject = true };
                tree.Children.AddRange(element.EnumerateObject().Select(member => (member.Name, Of(member.Value))));
                return tree;
            case JsonValueKind.Array:
                var array = new JsonTree();
                array.Children.AddRange(element.EnumerateArray().Select(item => ("", Of(item))));
                return array;
            case JsonValueKind.String:
                return new JsonTree { Scalar = "\"" + element.GetString() };
            default:
                return new JsonTree { Scalar = element.GetRawText() };
        }
    }

    /// <summary>The value and all inside it.</summary>
    internal IEnumerable<JsonTree> All() => Children.SelectMany(child => child.Value.All()).Prepend(this);

    /// <summary>The value as JSON, with white space and escapes at random.</summary>
    internal string Spell(Random random)
    {
        var text = new StringBuilder();
        Append(text, random);
        return text.ToString();
    }

    /// <summary>The value as JSON in one way only: equal texts are the same value.</summary>
    public override string ToString()
    {
        if (Scalar is not null)
            return Scalar[0] == '"' ? JsonSerializer.Serialize(Scalar[1..]) : Scalar;
        if (!IsObject)
            return $"[{string.Join(',', Children.Select(child => child.Value))}]";
        var members = Children.Select(child => $"{JsonSerializer.Serialize(child.Name)}:{child.Value}");
        return $"{{{string.Join(',', members)}}}";
    }

    private void Append(StringBuilder text, Random random)
    {
        AppendSpace(text, random);
        if (Scalar is ['"', ..])
            AppendString(text, Scalar[1..], random);
        else if (Scalar is not null)
            text.Append(Scalar);
        else
        {
            text.Append(IsObject ? '{' : '[');
            for (var i = 0; i < Children.Count; i++)
            {
                AppendSpace(text.Append(i == 0 ? "" : ","), random);
                if (IsObject)
                {
                    AppendString(text, Children[i].Name, random);
                    AppendSpace(text, random);
                    text.Append(':');
                }
                Children[i].Value.Append(text, random);
            }
            AppendSpace(text, random);
            text.Append(IsObject ? '}' : ']');
        }
        AppendSpace(text, random);
    }

    private static void AppendString(StringBuilder text, string value, Random random)
    {
        text.Append('"');
        foreach (var character in value.EnumerateRunes().Select(rune => rune.ToString()))
        {
            if (character is "\"" or "\\" && random.Next(2) == 0)
                text.Append('\\').Append(character);
            else if (character is "\"" or "\\" or "\n" || random.Next(8) == 0)
                text.AppendJoin("", character.Select(unit => $@"\u{(int)unit:x4}"));
            else
                text.Append(character);
        }
        text.Append('"');
    }

    private static void AppendSpace(StringBuilder text, Random random)
    {
        if (random.Next(4) == 0)
            text.Append(" \n\r\t"[random.Next(4)]);
    }
}
