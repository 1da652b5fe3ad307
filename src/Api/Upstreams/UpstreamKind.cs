namespace Presets.Api;

/// <summary>What an upstream is: where it is, unless it is told, and how it wants to be spoken to.</summary>
internal sealed record UpstreamKind
{
    /// <summary>The names of the kinds, for the settings.</summary>
    public const string
        OpenRouter = "openrouter",
        OpenAi = "openai",
        Anthropic = "anthropic",
        Compatible = "compatible";

    /// <summary>The version of Anthropic's API that this service means where it makes the request itself.</summary>
    public const string AnthropicApi = "2023-06-01";

    // What only OpenRouter's requests have.
    private static readonly string[] Routing =
    [
        "models", "provider", "route", "plugins", "deferred_tools", "stop_server_tools_when", "cache_enabled",
        "cache_ttl_seconds",
    ];

    private static readonly Dictionary<string, UpstreamKind> Kinds = new()
    {
        [OpenRouter] = new()
        {
            BaseUrl = "https://openrouter.ai/api/v1",
            KeyVariable = "OPENROUTER_API_KEY",
            Bodies = [BodyKind.ChatCompletions, BodyKind.Messages, BodyKind.Responses],
            TakesCacheHeaders = true,
        },
        [OpenAi] = new()
        {
            BaseUrl = "https://api.openai.com/v1",
            KeyVariable = "OPENAI_API_KEY",
            Bodies = [BodyKind.ChatCompletions, BodyKind.Responses],
            Refused = new()
            {
                [BodyKind.ChatCompletions] =
                [
                    .. Routing, "reasoning", "top_k", "top_a", "min_p", "repetition_penalty", "max_tool_calls",
                    "structured_outputs", "image_config", "cache_control", "transforms",
                ],
                [BodyKind.Responses] =
                [
                    .. Routing, "top_k", "frequency_penalty", "presence_penalty", "modalities", "image_config",
                    "cache_control",
                ],
            },
        },
        [Anthropic] = new()
        {
            BaseUrl = "https://api.anthropic.com",
            Version = "/v1",
            KeyVariable = "ANTHROPIC_API_KEY",
            KeyHeader = KeyGate.ApiKeyHeader,
            ApiVersion = AnthropicApi,
            ModelsQuery = "?limit=1000",
            Bodies = [BodyKind.Messages],
            Refused = new() { [BodyKind.Messages] = Routing },
        },
        [Compatible] = new()
        {
            Bodies = [BodyKind.ChatCompletions],
            Refused = Enum.GetValues<BodyKind>()
                .ToDictionary(body => body, _ => (string[])["cache_enabled", "cache_ttl_seconds"]),
        },
    };

    /// <summary>Where it is; null when only the operator can know.</summary>
    public string? BaseUrl { get; private init; }

    /// <summary>What its own clients put between the base URL and a route.</summary>
    public string Version { get; private init; } = "";

    /// <summary>The environment variable that its own clients read the key from; null when it needs no key.</summary>
    public string? KeyVariable { get; private init; }

    /// <summary>The header that its key goes up in; null when that is <c>Authorization: Bearer</c>.</summary>
    public string? KeyHeader { get; private init; }

    /// <summary>
    /// The version of the API that this service means, in the header <c>anthropic-version</c>; null when it has none.
    /// </summary>
    public string? ApiVersion { get; private init; }

    /// <summary>What asks for the whole list of its models.</summary>
    public string ModelsQuery { get; private init; } = "";

    /// <summary>The bodies it takes.</summary>
    public required IReadOnlyList<BodyKind> Bodies { get; init; }

    /// <summary>
    /// Whether it is told in headers what the fields <c>cache_enabled</c> and <c>cache_ttl_seconds</c> say.
    /// </summary>
    public bool TakesCacheHeaders { get; private init; }

    private Dictionary<BodyKind, string[]> Refused { get; init; } = [];

    /// <summary>The kind of a name.</summary>
    public static UpstreamKind Of(string name) => Kinds[name];

    /// <summary>The fields of a preset that it would refuse a request for.</summary>
    public IReadOnlyList<string> RefusedIn(BodyKind body) => Refused.GetValueOrDefault(body, []);
}
