using System.Text.Json;

namespace Presets;

/// <summary>The tools of a preset and their identities, which are found once for all its merges.</summary>
internal sealed class PresetTools
{
    internal static readonly PresetTools None = new();

    private readonly Dictionary<ToolIdentity, int> places = [];
    private readonly List<(ReadOnlyMemory<byte> Text, ToolIdentity? Identity)> tools = [];

    private PresetTools()
    {
    }

    internal int Count => tools.Count;

    internal ReadOnlyMemory<byte> this[int index] => tools[index].Text;

    /// <summary>Reads a list.</summary>
    internal static PresetTools Read(ReadOnlyMemory<byte> list)
    {
        var found = new PresetTools();
        var reader = new BodyReader(list.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = reader.TokenStartIndex;
            reader.Skip();
            found.Add(list[start..reader.BytesConsumed]);
        }
        return found;
    }

    /// <summary>The place of the first tool of an identity; -1 when there is none.</summary>
    internal int PlaceOf(ToolIdentity? identity) =>
        identity is { } known && places.TryGetValue(known, out var place) ? place : -1;

    /// <summary>The place of the first tool that has the identity of the tool at <paramref name="index"/>.</summary>
    internal int FirstPlace(int index) => PlaceOf(tools[index].Identity) is >= 0 and var first ? first : index;

    private void Add(ReadOnlyMemory<byte> text)
    {
        var identity = ToolIdentity.Of(text.Span);
        if (identity is { } known)
            places.TryAdd(known, tools.Count);
        tools.Add((text, identity));
    }
}
