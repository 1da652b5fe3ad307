using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>Finds the path of a place in a body by reading the body again: only a refusal pays for it.</summary>
internal static class BodyPath
{
    // A refusal tells the client where to look; it need not repeat a name of a megabyte to do so.
    private const int MaxLength = 256;

    private record struct Frame(bool IsArray, int Index, int NameOffset, int NameLength);

    /// <summary>
    /// The path (<c>messages[0].content[1].text</c>) of the token that starts at <paramref name="offset"/>: a value, a
    /// name, or the end of an object, which has the object's path.
    /// </summary>
    internal static string Of(ReadOnlySpan<byte> body, int offset)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = FieldTable.MostDepth });
        var frames = new Frame[FieldTable.MostDepth + 1];
        var depth = 0;
        while (reader.Read())
        {
            ref var frame = ref frames[depth];
            var type = reader.TokenType;
            if (type is JsonTokenType.EndArray or JsonTokenType.EndObject)
                depth--;
            else if (type == JsonTokenType.PropertyName)
            {
                frame.NameOffset = (int)reader.TokenStartIndex + 1;
                frame.NameLength = reader.ValueSpan.Length;
            }
            else if (frame.IsArray)
                frame.Index++;
            if (reader.TokenStartIndex >= offset)
                break;
            if (type is JsonTokenType.StartArray or JsonTokenType.StartObject)
                frames[++depth] = new Frame(type == JsonTokenType.StartArray, -1, 0, 0);
        }
        return Format(body, frames.AsSpan(1, depth));
    }

    /// <summary>The path of a member of an object.</summary>
    internal static string Join(string path, string name) => Cut(path.Length == 0 ? name : path + "." + name);

    private static string Format(ReadOnlySpan<byte> body, ReadOnlySpan<Frame> frames)
    {
        var path = new StringBuilder();
        foreach (var frame in frames)
        {
            if (frame.IsArray)
                path.Append(CultureInfo.InvariantCulture, $"[{frame.Index}]");
            else
                path.Append(path.Length == 0 ? "" : ".").Append(Name(body.Slice(frame.NameOffset, frame.NameLength)));
        }
        return Cut(path.ToString());
    }

    private static string Name(ReadOnlySpan<byte> escaped)
    {
        var name = new byte[escaped.Length];
        return Encoding.UTF8.GetString(name, 0, JsonText.Unescape(escaped, name, out _));
    }

    private static string Cut(string path)
    {
        if (path.Length <= MaxLength)
            return path;
        var length = char.IsHighSurrogate(path[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return string.Concat(path.AsSpan(0, length), "...");
    }
}
