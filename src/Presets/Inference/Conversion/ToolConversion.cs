using System.Text.Json;

namespace Presets;

/// <summary>
/// Lists of tools. Functions that the client runs, and OpenRouter's server tools, are in all three bodies; what only
/// one vendor's API runs is not.
/// </summary>
internal static class ToolConversion
{
    private static readonly ConvertedField Name = new("function.name", "name", "name");
    private static readonly ConvertedField Parameters = new("function.parameters", "input_schema", "parameters");
    private static readonly ConvertedField[] Function =
    [
        Name,
        new("function.description", "description", "description"),
        Parameters,
        new("function.strict", null, "strict"),
        new("cache_control", "cache_control", null),
        new(null, "defer_loading", "defer_loading"),
    ];

    private static readonly ConvertedField[] WebSearch =
    [
        new("type", null, "type"),
        new("engine", null, "engine"),
        new("mode", null, "mode"),
        new("allowed_domains", null, "filters.allowed_domains"),
        new("excluded_domains", null, "filters.excluded_domains"),
        new("max_results", null, "max_results"),
        new("max_uses", null, "max_uses"),
        new("search_context_size", null, "search_context_size"),
        new("user_location", null, "user_location"),
    ];

    // Of OpenRouter's server tools, those that chat completions lack.
    private static readonly string[] NotInChat =
        ["openrouter:apply_patch", "openrouter:shell", "openrouter:tool_search"];

    private static readonly string[] WebSearches =
        ["web_search", "web_search_preview", "web_search_preview_2025_03_11", "web_search_2025_08_26"];

    // Chat completions may leave the parameters out, the others may not.
    private static readonly byte[] NoParameters = """{"type":"object","properties":{}}"""u8.ToArray();

    /// <summary>Converts <c>tools</c> and <c>deferred_tools</c>.</summary>
    public static void Convert(ObjectConversion config)
    {
        ConvertList(config, "tools");
        ConvertList(config, "deferred_tools");
    }

    private static void ConvertList(ObjectConversion config, string field)
    {
        if (config.Find(field) is not { } list)
            return;
        if (list.ValueKind != JsonValueKind.Array)
        {
            config.Carry(field, field);
            return;
        }

        var tools = new List<byte[]>();
        var index = 0;
        foreach (var tool in list.EnumerateArray())
        {
            var place = $"{field}[{index++}]";
            if (ConvertTool(config, tool, place) is { } converted)
                tools.Add(converted);
            else
                config.Lose(place);
        }

        if (tools.Count > 0 || index == 0)
            config.Carry(field, field, JsonElements.List(tools));
    }

    private static byte[]? ConvertTool(ObjectConversion config, JsonElement tool, string place)
    {
        if (tool.ValueKind != JsonValueKind.Object)
            return null;
        var type = tool.Member("type")?.Text();
        if (IsOpenRouters(type, config.To))
            return tool.Raw();
        if (IsWebSearch(type, config))
        {
            var search = ObjectConversion.Convert(WebSearch, tool, config.From, config.To);
            config.Lose(place, search.Dropped);
            return search.ToJson();
        }

        return type == (config.From == BodyKind.Messages ? "custom" : "function") || tool.Member("type") is null
            ? ConvertFunction(config, tool, place)
            : null;
    }

    private static byte[]? ConvertFunction(ObjectConversion config, JsonElement tool, string place)
    {
        var function = ObjectConversion.Convert(Function, tool, config.From, config.To);
        if (function.Find(Name.In(config.From)!)?.Text() is null)
            return null;
        function.Omit("type");
        if (config.To != BodyKind.ChatCompletions && !function.Has(Parameters.In(config.To)!))
            function.Add(Parameters.In(config.To)!, NoParameters);
        config.Lose(place, function.Dropped);
        return config.To == BodyKind.Messages
            ? function.ToJson()
            : JsonElements.Object([("type", "\"function\""u8.ToArray()), .. function.ToValues()]);
    }

    private static bool IsOpenRouters(string? type, BodyKind to) =>
        type?.StartsWith("openrouter:", StringComparison.Ordinal) == true
        && (to != BodyKind.ChatCompletions || !NotInChat.Contains(type));

    private static bool IsWebSearch(string? type, ObjectConversion config) =>
        WebSearches.Contains(type) && config.From != BodyKind.Messages && config.To != BodyKind.Messages;
}
