namespace Presets;

/// <summary>
/// The persisted fields of the three bodies beside each other. Source: the request schemas of OpenRouter's document;
/// docs/inference.md shows the table, too.
/// </summary>
internal static class ConvertedFields
{
    internal static readonly ConvertedField[] All =
    [
        Everywhere("model"),
        Everywhere("models"),
        new("models", "fallbacks", "models", ValueConversions.ConvertFallbacks),
        Everywhere("provider"),
        Everywhere("route"),
        Everywhere("plugins"),
        new("reasoning_effort", "output_config.effort", "reasoning.effort", ReasoningConversion.Convert),
        new("reasoning.effort", "output_config.effort", "reasoning.effort", ReasoningConversion.Convert),
        new("reasoning_effort", "thinking", "reasoning.effort", ReasoningConversion.Convert),
        new("reasoning.effort", "thinking", "reasoning.effort", ReasoningConversion.Convert),
        new("reasoning.max_tokens", "thinking", "reasoning.max_tokens", ReasoningConversion.Convert),
        new("reasoning.enabled", "thinking", "reasoning.enabled", ReasoningConversion.Convert),
        new("reasoning.summary", null, "reasoning.summary"),
        new("reasoning.exclude", null, null),
        new(null, null, "reasoning.context"),
        new(null, null, "reasoning.mode"),
        new(null, "output_config.task_budget", null),
        FormatConversion.Field,
        new("verbosity", null, "text.verbosity"),
        new("structured_outputs", null, null),
        Everywhere("temperature"),
        Everywhere("top_p"),
        Everywhere("top_k"),
        new("top_a", null, null),
        new("min_p", null, null),
        new("frequency_penalty", null, "frequency_penalty"),
        new("presence_penalty", null, "presence_penalty"),
        new("repetition_penalty", null, null),
        new("seed", null, null),
        new("logit_bias", null, null),
        new("logprobs", null, null),
        new("top_logprobs", null, "top_logprobs"),
        new("max_completion_tokens", "max_tokens", "max_output_tokens"),
        new("max_tokens", "max_tokens", "max_output_tokens"),
        new("stop", "stop_sequences", null, ValueConversions.ConvertStop),
        new("tools", "tools", "tools", ToolConversion.Convert),
        new("deferred_tools", "deferred_tools", "deferred_tools", ToolConversion.Convert),
        new("tool_choice", "tool_choice", "tool_choice", ToolChoiceConversion.Convert),
        new(
            "parallel_tool_calls",
            "tool_choice.disable_parallel_tool_use",
            "parallel_tool_calls",
            ToolChoiceConversion.Convert),
        new("max_tool_calls", null, "max_tool_calls"),
        Everywhere("stop_server_tools_when"),
        new("modalities", null, "modalities"),
        new("image_config", null, "image_config"),
        new("service_tier", "service_tier", "service_tier", ValueConversions.ConvertServiceTier),
        Everywhere("cache_control"),
        new("prompt_cache_options", null, "prompt_cache_options"),
        Everywhere("cache_enabled"),
        Everywhere("cache_ttl_seconds"),
        new("transforms", null, null),
        new(null, null, "truncation"),
        new(null, null, "include"),
        new(null, "speed", null),
        new(null, "safeguards", null),
        new(null, "context_management", null),
    ];

    private static ConvertedField Everywhere(string name) => new(name, name, name);
}
