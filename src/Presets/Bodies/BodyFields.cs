using static Presets.FieldUse;
using static Presets.JsonTypes;

namespace Presets;

/// <summary>
/// The fields of the three bodies: what is stored, what is checked and how. The contract says which are stored and
/// which bounds hold. Types are those of OpenRouter's document; a field that it does not give for a body has the type
/// <see cref="Any"/>. What is not listed is ignored unchecked.
/// </summary>
internal static class BodyFields
{
    private static readonly ValueRule Text = new(JsonTypes.String);
    private static readonly ValueRule Num = new(Number);
    private static readonly ValueRule Int = new(Integer);
    private static readonly ValueRule Bool = new(JsonTypes.Boolean);
    private static readonly ValueRule Obj = new(JsonTypes.Object);
    private static readonly ValueRule List = new(JsonTypes.Array);
    private static readonly ValueRule Anything = new(Any);
    private static readonly ValueRule TextOrList = new(JsonTypes.String | JsonTypes.Array);
    private static readonly ValueRule TextOrObject = new(JsonTypes.String | JsonTypes.Object);
    private static readonly ValueRule Model = new(JsonTypes.String) { NamesModel = true };
    private static readonly ValueRule Models = new(JsonTypes.Array) { Items = Model };
    private static readonly ValueRule Fallback = new(JsonTypes.Object) { RequiredMember = ("model", Model) };
    private static readonly ValueRule Fallbacks = new(JsonTypes.Array) { Items = Fallback };
    private static readonly ValueRule Strings = new(JsonTypes.Array) { Items = Text };
    private static readonly ValueRule Stop = new(JsonTypes.String | JsonTypes.Array) { Items = Text, MaxItems = 4 };
    private static readonly ValueRule LogitBias = new(JsonTypes.Object) { Members = Num };
    private static readonly ValueRule Modalities = new(JsonTypes.Array) { Items = OneOf("text", "image", "audio") };
    private static readonly ValueRule Effort = OneOf("max", "xhigh", "high", "medium", "low", "minimal", "none");
    private static readonly ValueRule ServiceTier = OneOf("auto", "default", "fast", "flex", "priority", "scale");
    private static readonly ValueRule SessionId = new(JsonTypes.String) { MaxLength = 256 };
    private static readonly ValueRule Uuid = new(JsonTypes.String) { IsUuid = true };
    private static readonly ValueRule Metadata = new(JsonTypes.Object)
    {
        MaxMembers = 16,
        MaxNameLength = 64,
        Members = new(JsonTypes.String) { MaxLength = 512 },
    };

    internal static readonly Field[] ChatCompletions =
    [
        new("messages", SystemMessages, new(JsonTypes.Array) { MinItems = 1 }) { Required = true, NullAllowed = false },
        new("model", Persisted, Model),
        new("models", Persisted, Models),
        new("provider", Persisted, Obj),
        new("route", Persisted, Text),
        new("plugins", Persisted, List),
        new("reasoning", Persisted, Obj),
        new("reasoning_effort", Persisted, Effort),
        new("verbosity", Persisted, Anything),
        new("temperature", Persisted, Between(0, 2)),
        new("top_p", Persisted, Between(0, 1)),
        new("top_k", Persisted, Int),
        new("top_a", Persisted, Num),
        new("min_p", Persisted, Num),
        new("frequency_penalty", Persisted, Between(-2, 2)),
        new("presence_penalty", Persisted, Between(-2, 2)),
        new("repetition_penalty", Persisted, Num),
        new("seed", Persisted, Int),
        new("max_tokens", Persisted, Int),
        new("max_completion_tokens", Persisted, Int),
        new("max_tool_calls", Persisted, Anything),
        new("stop", Persisted, Stop),
        new("logit_bias", Persisted, LogitBias),
        new("logprobs", Persisted, Bool),
        new("top_logprobs", Persisted, IntBetween(0, 20)),
        new("response_format", Persisted, Obj),
        new("structured_outputs", Persisted, Anything),
        new("tools", Persisted, List),
        new("deferred_tools", Persisted, Anything),
        new("tool_choice", Persisted, TextOrObject),
        new("parallel_tool_calls", Persisted, Bool),
        new("stop_server_tools_when", Persisted, List),
        new("modalities", Persisted, Modalities),
        new("image_config", Persisted, Obj),
        new("service_tier", Persisted, ServiceTier),
        new("cache_control", Persisted, Obj),
        new("prompt_cache_options", Persisted, Obj),
        new("cache_enabled", Persisted, Anything),
        new("cache_ttl_seconds", Persisted, Anything),
        new("transforms", Persisted, Anything),
        new("stream", Ignored, Bool),
        new("stream_options", Ignored, Obj),
        new("debug", Ignored, Obj),
        new("metadata", Ignored, Metadata),
        new("user", Ignored, Text),
        new("session_id", Ignored, SessionId),
        new("trace", Ignored, Obj),
        new("prediction", Ignored, Obj),
        new("prompt_cache_key", Ignored, Text),
        new("workspace_id", WorkspaceId, Uuid),
    ];

    internal static readonly Field[] Messages =
    [
        new("messages", Conversation, List) { Required = true },
        new("system", SystemText, TextOrList),
        new("model", Persisted, Model) { Required = true, NullAllowed = false },
        new("models", Persisted, Models),
        new("fallbacks", Persisted, Fallbacks),
        new("provider", Persisted, Obj),
        new("route", Persisted, Text),
        new("plugins", Persisted, List),
        new("thinking", Persisted, Obj),
        new("temperature", Persisted, Between(0, 2)),
        new("top_p", Persisted, Between(0, 1)),
        new("top_k", Persisted, Int),
        new("max_tokens", Persisted, Int),
        new("stop_sequences", Persisted, Strings),
        new("tools", Persisted, List),
        new("deferred_tools", Persisted, Anything),
        new("tool_choice", Persisted, Obj),
        new("stop_server_tools_when", Persisted, List),
        new("service_tier", Persisted, Text),
        new("speed", Persisted, Text),
        new("safeguards", Persisted, Anything),
        new("output_config", Persisted, Obj),
        new("context_management", Persisted, Obj),
        new("cache_control", Persisted, Obj),
        new("cache_enabled", Persisted, Anything),
        new("cache_ttl_seconds", Persisted, Anything),
        new("stream", Ignored, Bool),
        new("metadata", Ignored, Obj),
        new("user", Ignored, Text),
        new("session_id", Ignored, SessionId),
        new("trace", Ignored, Obj),
        new("workspace_id", WorkspaceId, Uuid),
    ];

    internal static readonly Field[] Responses =
    [
        new("input", SystemMessages, TextOrList),
        new("instructions", SystemText, Text),
        new("model", Persisted, Model),
        new("models", Persisted, Models),
        new("provider", Persisted, Obj),
        new("route", Persisted, Text),
        new("plugins", Persisted, List),
        new("reasoning", Persisted, Obj),
        new("temperature", Persisted, Between(0, 2)),
        new("top_p", Persisted, Between(0, 1)),
        new("top_k", Persisted, Int),
        new("frequency_penalty", Persisted, Between(-2, 2)),
        new("presence_penalty", Persisted, Between(-2, 2)),
        new("max_output_tokens", Persisted, Int),
        new("max_tool_calls", Persisted, Int),
        new("tools", Persisted, List),
        new("deferred_tools", Persisted, Anything),
        new("tool_choice", Persisted, TextOrObject),
        new("parallel_tool_calls", Persisted, Bool),
        new("stop_server_tools_when", Persisted, List),
        new("text", Persisted, Obj),
        new("truncation", Persisted, Text),
        new("top_logprobs", Persisted, IntBetween(0, 20)),
        new("modalities", Persisted, Modalities),
        new("image_config", Persisted, Obj),
        new("include", Persisted, List),
        new("service_tier", Persisted, ServiceTier),
        new("cache_control", Persisted, Obj),
        new("prompt_cache_options", Persisted, Obj),
        new("cache_enabled", Persisted, Anything),
        new("cache_ttl_seconds", Persisted, Anything),
        new("stream", Ignored, Bool),
        new("debug", Ignored, Obj),
        new("metadata", Ignored, Metadata),
        new("user", Ignored, Text),
        new("session_id", Ignored, SessionId),
        new("trace", Ignored, Obj),
        new("prompt_cache_key", Ignored, Text),
        new("safety_identifier", Ignored, Text),
        new("store", Ignored, Bool),
        new("background", Ignored, Bool),
        new("previous_response_id", Ignored, Anything),
        new("prompt", Ignored, Obj),
        new("workspace_id", WorkspaceId, Uuid),
    ];

    private static ValueRule Between(int least, int most) => new(Number) { Minimum = least, Maximum = most };

    private static ValueRule IntBetween(int least, int most) => new(Integer) { Minimum = least, Maximum = most };

    private static ValueRule OneOf(params string[] values) => new(JsonTypes.String) { OneOf = values };
}
