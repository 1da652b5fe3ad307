using System.Text.Json;

namespace Presets;

/// <summary>
/// Which tools a model must use, and whether several at once: a messages body says both in <c>tool_choice</c>.
/// </summary>
internal static class ToolChoiceConversion
{
    private const string Choice = "tool_choice";
    private const string Parallel = "parallel_tool_calls";
    private const string NotParallel = "disable_parallel_tool_use";

    private static readonly (string Others, string Messages)[] Modes =
        [("auto", "auto"), ("none", "none"), ("required", "any")];

    /// <summary>Converts both fields.</summary>
    public static void Convert(ObjectConversion config)
    {
        // Without a tool upstreams refuse either.
        if (config.Find("tools") is { ValueKind: JsonValueKind.Array } tools && tools.GetArrayLength() > 0
            && !config.Has("tools"))
            return;
        if (config.To == BodyKind.Messages)
            ToMessages(config);
        else if (config.From == BodyKind.Messages)
            FromMessages(config);
        else
        {
            config.Carry(Parallel, Parallel);
            BetweenTheOthers(config);
        }
    }

    private static void ToMessages(ObjectConversion config)
    {
        var choice = config.Find(Choice);
        var mode = Array.Find(Modes, known => known.Others == choice?.Text()).Messages;
        var function = choice is { } named ? FunctionOf(named) : null;
        var members = new List<(string, byte[])>();
        if (function is { } name)
            members.AddRange(("type", Text("tool")), ("name", name.Raw()));
        else if (mode is not null)
            members.Add(("type", Text(mode)));
        var isChosen = members.Count > 0;
        if (mode != "none" && config.Find(Parallel)?.Flag() is { } parallel)
        {
            // Alone it needs saying only where it is not what Anthropic does anyway.
            config.Omit(Parallel);
            if (!isChosen && !parallel)
                members.Add(("type", Text("auto")));
            if (members.Count > 0)
                members.Add((NotParallel, parallel ? "false"u8.ToArray() : "true"u8.ToArray()));
        }

        if (isChosen)
            config.Carry(Choice, Choice, JsonElements.Object(members));
        else if (members.Count > 0)
            config.Add(Choice, JsonElements.Object(members));
    }

    private static void FromMessages(ObjectConversion config)
    {
        var type = config.Find("tool_choice.type")?.Text();
        if (Array.Find(Modes, known => known.Messages == type).Others is { } mode)
            config.Carry(Choice, Choice, Text(mode));
        else if (type == "tool" && config.Find("tool_choice.name") is { ValueKind: JsonValueKind.String } name
            && !NamesServerTool(config, name))
            config.Carry(Choice, Choice, FunctionChoice(name, config.To));
        if (config.Find($"{Choice}.{NotParallel}")?.Flag() is { } disabled)
            config.Carry($"{Choice}.{NotParallel}", Parallel, disabled ? "false"u8.ToArray() : "true"u8.ToArray());
    }

    private static void BetweenTheOthers(ObjectConversion config)
    {
        if (config.Find(Choice) is not { } choice)
            return;
        if (FunctionOf(choice) is { } name)
            config.Carry(Choice, Choice, FunctionChoice(name, config.To));
        else if (choice.Text() is not null
            || choice.Member("type")?.Text() is "web_search_preview" or "web_search_preview_2025_03_11")
            config.Carry(Choice, Choice);
    }

    // {"type": "function", "function": {"name"}} in chat completions, {"type": "function", "name"} in responses.
    private static JsonElement? FunctionOf(JsonElement choice) =>
        choice.Member("type")?.Text() == "function"
        && (choice.Member("function") ?? choice).Member("name") is { ValueKind: JsonValueKind.String } name
            ? name
            : null;

    private static byte[] FunctionChoice(JsonElement name, BodyKind to)
    {
        (string, byte[]) named = ("name", name.Raw());
        return JsonElements.Object(
            ("type", Text("function")),
            to == BodyKind.ChatCompletions ? ("function", JsonElements.Object(named)) : named);
    }

    // A server tool of Anthropic's, such as web_search, is not carried over.
    private static bool NamesServerTool(ObjectConversion config, JsonElement name) =>
        config.Find("tools") is { ValueKind: JsonValueKind.Array } tools
        && tools.EnumerateArray().Any(tool =>
            tool.Member("name")?.Text() == name.Text() && tool.Member("type")?.Text() is not (null or "custom"));

    private static byte[] Text(string word) => JsonSerializer.SerializeToUtf8Bytes(word);
}
