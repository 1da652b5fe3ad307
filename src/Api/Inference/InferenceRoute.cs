namespace Presets.Api;

/// <summary>A route that is forwarded.</summary>
/// <param name="Path">Its path below the version, here and at the upstreams.</param>
internal sealed record InferenceRoute(BodyKind Body, string Path)
{
    public static readonly InferenceRoute ChatCompletions = new(BodyKind.ChatCompletions, "chat/completions");
    public static readonly InferenceRoute Messages = new(BodyKind.Messages, "messages");
    public static readonly InferenceRoute Responses = new(BodyKind.Responses, "responses");
    public static readonly InferenceRoute CountTokens = new(BodyKind.Messages, "messages/count_tokens")
    {
        Refused = ["fallbacks", "temperature", "top_p", "top_k", "max_tokens", "stop_sequences", "service_tier"],
    };

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<InferenceRoute> All = [ChatCompletions, Messages, CountTokens, Responses];

    /// <summary>The route that requests of a kind are answered on.</summary>
    public static InferenceRoute Of(BodyKind body) => All.First(route => route.Body == body);

    /// <summary>
    /// The fields of a preset that a request would be refused for by any upstream, as Anthropic refuses what does not
    /// count.
    /// </summary>
    public IReadOnlyList<string> Refused { get; private init; } = [];
}
