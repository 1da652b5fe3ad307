using System.Text.Json;

namespace Presets;

/// <summary>The fields that are written differently, each by itself.</summary>
internal static class ValueConversions
{
    private const int MostStops = 4;

    /// <summary>
    /// A messages body's <c>fallbacks</c> are the <c>models</c> of the others; all three have <c>models</c>.
    /// </summary>
    public static void ConvertFallbacks(ObjectConversion config)
    {
        if (config.From != BodyKind.Messages || config.Find("fallbacks") is not { } fallbacks)
            return;
        var entries = fallbacks.EnumerateArray().ToArray();
        var models = entries.Select(entry => entry.Member("model")!.Value.Raw());
        config.Carry("fallbacks", "models", JsonElements.List(models));
        for (var i = 0; i < entries.Length; i++)
            config.Lose($"fallbacks[{i}]", JsonElements.NamesOf(entries[i]).Where(name => name != "model"));
    }

    /// <summary>One stop text may stand without a list in chat completions, which take at most four.</summary>
    public static void ConvertStop(ObjectConversion config)
    {
        if (config.From == BodyKind.ChatCompletions && config.To == BodyKind.Messages
            && config.Find("stop") is { } stop)
        {
            var texts = stop.ValueKind == JsonValueKind.Array ? stop.Raw() : JsonElements.List([stop.Raw()]);
            config.Carry("stop", "stop_sequences", texts);
        }
        else if (config.To == BodyKind.ChatCompletions
            && config.Find("stop_sequences") is { ValueKind: JsonValueKind.Array } sequences)
        {
            var texts = sequences.EnumerateArray().ToArray();
            config.Carry("stop_sequences", "stop", texts.Length <= MostStops
                ? sequences.Raw()
                : JsonElements.List(texts.Take(MostStops).Select(text => text.Raw())));
            for (var i = MostStops; i < texts.Length; i++)
                config.Lose($"stop_sequences[{i}]");
        }
    }

    /// <summary>
    /// Anthropic's tiers are <c>auto</c> and <c>standard_only</c>; the latter is <c>default</c> elsewhere.
    /// </summary>
    public static void ConvertServiceTier(ObjectConversion config)
    {
        if (config.Find("service_tier") is not { } tier)
            return;
        var (fromMessages, toMessages) = (config.From == BodyKind.Messages, config.To == BodyKind.Messages);
        if ((!fromMessages && !toMessages) || tier.Text() == "auto")
            config.Carry("service_tier", "service_tier");
        else if (toMessages && tier.Text() == "default")
            config.Carry("service_tier", "service_tier", "\"standard_only\""u8.ToArray());
        else if (fromMessages && tier.Text() == "standard_only")
            config.Carry("service_tier", "service_tier", "\"default\""u8.ToArray());
    }
}
