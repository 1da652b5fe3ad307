using System.Text.Json;

namespace Presets;

/// <summary>Tells what a version was made from when it does not say, as those of early releases.</summary>
public static class ConfigKind
{
    /// <summary>
    /// The kind of body that has the most of the config's fields. Where several have as many, the shape of the tools
    /// and of the tool choice decides, and chat completions if they tell nothing.
    /// </summary>
    /// <param name="config">A stored config, a JSON object as UTF-8.</param>
    public static BodyKind Of(ReadOnlyMemory<byte> config)
    {
        var members = PresetMember.ReadAll(config);
        var shape = ShapeOf(members);
        return Enum.GetValues<BodyKind>()
            .OrderByDescending(kind => FieldTable.ForConfig(kind).Fields.IntersectBy(
                members.Select(member => member.Name), field => field.Name).Count())
            .ThenByDescending(kind => kind == shape)
            .First();
    }

    private static BodyKind? ShapeOf(List<PresetMember> members)
    {
        foreach (var (name, value) in members.FindAll(member => member.Name is "tools" or "tool_choice"))
        {
            using var json = JsonDocument.Parse(value);
            var root = json.RootElement;
            BodyKind? told = name == "tool_choice" ? ShapeOfChoice(root)
                : root.ValueKind == JsonValueKind.Array
                    ? root.EnumerateArray().Select(ShapeOfTool).FirstOrDefault(kind => kind is not null)
                    : null;
            if (told is not null)
                return told;
        }

        return null;
    }

    private static BodyKind? ShapeOfTool(JsonElement tool)
    {
        if (tool.ValueKind != JsonValueKind.Object)
            return null;
        if (tool.TryGetProperty("input_schema", out _))
            return BodyKind.Messages;
        if (tool.TryGetProperty("function", out _))
            return BodyKind.ChatCompletions;
        return IsNamedFunction(tool) ? BodyKind.Responses : null;
    }

    private static BodyKind? ShapeOfChoice(JsonElement choice)
    {
        if (choice.ValueKind != JsonValueKind.Object)
            return null;
        if (choice.TryGetProperty("function", out _))
            return BodyKind.ChatCompletions;
        if (IsNamedFunction(choice))
            return BodyKind.Responses;
        return choice.TryGetProperty("type", out var type)
            && type.ValueKind == JsonValueKind.String
            && type.GetString() is "auto" or "any" or "none" or "tool" ? BodyKind.Messages : null;
    }

    private static bool IsNamedFunction(JsonElement value) =>
        value.TryGetProperty("name", out _)
        && value.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String
        && type.ValueEquals("function");
}
