namespace Presets.Api;

/// <summary>A route that is forwarded.</summary>
/// <param name="Path">Its path below the version, here and at the upstreams.</param>
internal sealed record InferenceRoute(BodyKind Body, string Path)
{
    public static readonly InferenceRoute ChatCompletions = new(BodyKind.ChatCompletions, "chat/completions");
    public static readonly InferenceRoute Messages = new(BodyKind.Messages, "messages");
    public static readonly InferenceRoute CountTokens = new(BodyKind.Messages, "messages/count_tokens");
    public static readonly InferenceRoute Responses = new(BodyKind.Responses, "responses");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<InferenceRoute> All = [ChatCompletions, Messages, CountTokens, Responses];
}
