using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>Who gave a field or a tool of a merged body.</summary>
internal enum Origin
{
    Request,
    Preset,
    Both,
}

/// <summary>Who gave each field and each tool of a merged body, noted while it is merged.</summary>
internal sealed class Provenance
{
    private readonly List<(string Field, Origin Origin)> fields = [];
    private readonly List<Origin> tools = [];

    internal void AddField(ReadOnlySpan<byte> name, Origin origin) =>
        fields.Add((Encoding.UTF8.GetString(name), origin));

    internal void AddTool(Origin origin) => tools.Add(origin);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("fields"u8);
        foreach (var (field, origin) in fields)
            json.WriteString(field, NameOf(origin));
        json.WriteEndObject();
        json.WriteStartArray("tools"u8);
        foreach (var origin in tools)
            json.WriteStringValue(NameOf(origin));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> NameOf(Origin origin) => origin switch
    {
        Origin.Request => "request"u8,
        Origin.Preset => "preset"u8,
        _ => "both"u8,
    };
}
