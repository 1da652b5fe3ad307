namespace Presets.Api;

/// <summary>
/// An inference request: what this service reads of it. Every other field passes as the upstream takes it.
/// </summary>
internal sealed record ForwardedRequest
{
    /// <summary>
    /// A model, a reference to a preset (@preset/SLUG, @preset/SLUG:PIN), or both (MODEL@preset/SLUG). A pin is a
    /// version's number or a label.
    /// </summary>
    /// <example>@preset/my-preset</example>
    public string? Model { get; init; }

    /// <summary>Another way to refer to a preset: its slug, with a pin or without.</summary>
    public string? Preset { get; init; }

    /// <summary>Whether the answer is to be a stream of events.</summary>
    /// <example>false</example>
    public bool? Stream { get; init; }
}

/// <summary>What the upstream answers, unchanged.</summary>
internal sealed record ForwardedAnswer
{
    /// <summary>The model that answered.</summary>
    /// <example>openai/gpt-4o</example>
    public string? Model { get; init; }
}
