namespace Presets;

/// <summary>
/// How much a model thinks. Effort becomes effort alone and a budget of tokens a budget alone: neither is computed from
/// the other.
/// </summary>
internal static class ReasoningConversion
{
    private static readonly byte[] Disabled = """{"type":"disabled"}"""u8.ToArray();
    private static readonly byte[] Adaptive = """{"type":"adaptive"}"""u8.ToArray();

    /// <summary>Converts it.</summary>
    public static void Convert(ObjectConversion config)
    {
        if (config.To == BodyKind.Messages)
            ToMessages(config);
        else if (config.From == BodyKind.Messages)
            FromMessages(config);
        else
            BetweenTheOthers(config);
    }

    private static void BetweenTheOthers(ObjectConversion config)
    {
        config.Carry("reasoning.max_tokens", "reasoning.max_tokens");
        config.Carry("reasoning.enabled", "reasoning.enabled");
        config.Carry("reasoning.effort", EffortPlace(config));
        config.Carry("reasoning_effort", EffortPlace(config));
    }

    private static void ToMessages(ObjectConversion config)
    {
        ConvertEffort(config, "reasoning.effort");
        ConvertEffort(config, "reasoning_effort");
        var enabled = config.Find("reasoning.enabled")?.Flag();
        if (enabled == false)
            config.Carry("reasoning.enabled", "thinking", Disabled);
        if (config.Find("reasoning.max_tokens") is { } budget)
        {
            var thinking = JsonElements.Object(("type", "\"enabled\""u8.ToArray()), ("budget_tokens", budget.Raw()));
            if (enabled == true && !config.Has("thinking"))
                config.Omit("reasoning.enabled");
            config.Carry("reasoning.max_tokens", "thinking", thinking);
        }

        if (enabled == true)
            config.Carry("reasoning.enabled", "thinking", Adaptive);
    }

    private static void ConvertEffort(ObjectConversion config, string place)
    {
        switch (config.Find(place)?.Text())
        {
            case null:
                break;
            case "none":
                config.Carry(place, "thinking", Disabled);
                break;
            case "minimal":
                config.Carry(place, "output_config.effort", "\"low\""u8.ToArray());
                break;
            default:
                config.Carry(place, "output_config.effort");
                break;
        }
    }

    private static void FromMessages(ObjectConversion config)
    {
        var hasEffort = config.Find("output_config.effort") is not null;
        var thinking = config.Find("thinking");
        switch (thinking?.Member("type")?.Text())
        {
            case "disabled":
                config.Carry("thinking", EffortPlace(config), "\"none\""u8.ToArray());
                break;
            case "enabled" when thinking?.Member("budget_tokens") is { } budget:
                // OpenRouter refuses an effort beside it, and the budget is what bounds the cost.
                config.Carry("thinking", "reasoning.max_tokens", budget.Raw());
                break;
            case "adaptive" or "enabled" when hasEffort:
                config.Omit("thinking");
                break;
            case "adaptive" or "enabled":
                config.Carry("thinking", "reasoning.enabled", "true"u8.ToArray());
                break;
        }

        if (!config.Has("reasoning.max_tokens"))
            config.Carry("output_config.effort", EffortPlace(config));
        if (thinking?.Member("display") is not null)
            config.Lose("thinking.display");
    }

    // OpenAI's chat completions know reasoning_effort only; OpenRouter's know both. Nothing else may be said beside it.
    private static string EffortPlace(ObjectConversion config) =>
        config.To == BodyKind.ChatCompletions
        && !config.Has("reasoning.max_tokens")
        && !config.Has("reasoning.enabled")
        && !config.Has("reasoning.summary")
            ? "reasoning_effort"
            : "reasoning.effort";
}
