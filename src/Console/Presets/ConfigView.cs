using System.Text.Json;

namespace Presets.Console;

/// <summary>A config as pages show it: its fields, and its tools.</summary>
public sealed class ConfigView
{
    /// <param name="config">A JSON object as UTF-8.</param>
    public ConfigView(ReadOnlyMemory<byte> config)
    {
        using var json = JsonDocument.Parse(config);
        var members = json.RootElement.EnumerateObject().ToLookup(member => member.Name == "tools"
            && member.Value.ValueKind == JsonValueKind.Array);
        Fields = [.. members[false].OrderBy(member => member.Name != "model").Select(ValueView.Of)];
        Tools = [.. members[true].SelectMany(member => member.Value.EnumerateArray()).Select(ToolView.Of)];
    }

    /// <summary>All fields but the tools, the model first.</summary>
    public IReadOnlyList<ValueView> Fields { get; }

    /// <summary>The tools.</summary>
    public IReadOnlyList<ToolView> Tools { get; }
}

/// <summary>A field of a config.</summary>
/// <param name="Text">Its value: a text without quotation marks, else JSON.</param>
/// <param name="IsShort">Whether it is one value, and no list or object with content.</param>
public sealed record ValueView(string Name, string Text, bool IsShort)
{
    /// <summary>The view of a member.</summary>
    public static ValueView Of(JsonProperty member) => Of(member.Name, member.Value);

    /// <summary>The view of a JSON value.</summary>
    public static ValueView Of(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new(name, value.GetString()!, value.GetString()!.Length <= 200),
        JsonValueKind.Array or JsonValueKind.Object when value.GetRawText() is { Length: > 60 } =>
            new(name, JsonLayout.Indent(value), IsShort: false),
        _ => new(name, value.GetRawText(), IsShort: true),
    };

    /// <summary>The view of a JSON value; null for none.</summary>
    public static ValueView? Of(string name, ReadOnlyMemory<byte>? value)
    {
        if (value is not { } json)
            return null;
        using var document = JsonDocument.Parse(json);
        return Of(name, document.RootElement);
    }
}

/// <summary>A tool of a config.</summary>
/// <param name="Name">What it is called; its type when it has no name.</param>
/// <param name="Schema">The JSON schema of its parameters; null without one.</param>
/// <param name="Json">All of it.</param>
public sealed record ToolView(string Name, string Type, string? Description, string? Schema, string Json)
{
    /// <summary>The view of a tool of any of the three bodies.</summary>
    public static ToolView Of(JsonElement tool)
    {
        var identity = ToolIdentity.Of(System.Text.Encoding.UTF8.GetBytes(tool.GetRawText()));
        var body = Or(tool.Member("function"), Or(tool.Member("custom"), tool));
        var schema = Or(body.Member("parameters"), body.Member("input_schema"));
        var type = identity?.Type ?? "tool";
        return new ToolView(
            identity?.Name ?? type,
            type,
            body.Text("description"),
            schema.ValueKind == JsonValueKind.Undefined ? null : JsonLayout.Indent(schema),
            JsonLayout.Indent(tool));
    }

    private static JsonElement Or(JsonElement value, JsonElement other) =>
        value.ValueKind == JsonValueKind.Undefined ? other : value;
}
