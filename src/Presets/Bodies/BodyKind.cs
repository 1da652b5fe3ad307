namespace Presets;

/// <summary>The three inference requests a preset can be made from.</summary>
public enum BodyKind
{
    /// <summary>OpenAI's and OpenRouter's <c>chat/completions</c>.</summary>
    ChatCompletions,

    /// <summary>Anthropic's <c>messages</c>.</summary>
    Messages,

    /// <summary>OpenAI's <c>responses</c>.</summary>
    Responses,
}
