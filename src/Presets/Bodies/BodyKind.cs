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

/// <summary>The words for the kinds of body in storage and in JSON; they never change.</summary>
public static class BodyKinds
{
    /// <summary>The word for a kind, such as <c>chat_completions</c>.</summary>
    public static string NameOf(BodyKind kind) => kind switch
    {
        BodyKind.ChatCompletions => "chat_completions",
        BodyKind.Messages => "messages",
        BodyKind.Responses => "responses",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The kind that a word stands for.</summary>
    /// <exception cref="FormatException">It stands for none.</exception>
    public static BodyKind Parse(string name) => name switch
    {
        "chat_completions" => BodyKind.ChatCompletions,
        "messages" => BodyKind.Messages,
        "responses" => BodyKind.Responses,
        _ => throw new FormatException($"'{name}' is no kind of body."),
    };
}
