using System.Text;
using System.Text.Json;

namespace Presets.Console;

/// <summary>Finds a value of a JSON text by its path, as refusals name it: <c>tools[0].function</c>.</summary>
internal static class JsonPlace
{
    /// <summary>Where the value stands, in bytes; null when it is not there, or its path has escapes.</summary>
    /// <param name="json">A JSON text.</param>
    /// <param name="root">The path of the text itself.</param>
    /// <param name="path">The path of the value.</param>
    public static (int Start, int Length)? Find(ReadOnlySpan<byte> json, string root, string path)
    {
        var reader = new Utf8JsonReader(json);
        // Each open list or object, with the index of a list's next entry; -1 for an object.
        var open = new Stack<(string Path, int Next)>();
        var here = root;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                open.Pop();
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                here = $"{open.Peek().Path}.{Encoding.UTF8.GetString(reader.ValueSpan)}";
                continue;
            }

            if (open.TryPeek(out var outer) && outer.Next >= 0)
            {
                here = $"{outer.Path}[{outer.Next}]";
                open.Pop();
                open.Push(outer with { Next = outer.Next + 1 });
            }

            var (start, isList) = ((int)reader.TokenStartIndex, reader.TokenType == JsonTokenType.StartArray);
            if (here != path && path.StartsWith(here, StringComparison.Ordinal)
                && (isList || reader.TokenType == JsonTokenType.StartObject))
            {
                open.Push((here, isList ? 0 : -1));
                continue;
            }

            reader.Skip();
            if (here == path)
                return (start, (int)reader.BytesConsumed - start);
        }

        return null;
    }
}
