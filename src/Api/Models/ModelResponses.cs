using System.Text.Json;

namespace Presets.Api;

/// <summary>A page of the list of models: what OpenRouter, OpenAI and Anthropic tell of one beside its rows.</summary>
internal record ModelPage
{
    /// <summary>Always list.</summary>
    /// <example>list</example>
    public string Object => "list";

    public required ModelPageLinks Links { get; init; }

    /// <summary>Whether there are more models after this page.</summary>
    public required bool HasMore { get; init; }

    /// <summary>The id of the first model of this page.</summary>
    /// <example>@preset/my-preset</example>
    public required string? FirstId { get; init; }

    /// <summary>The id of the last model of this page.</summary>
    /// <example>openai/gpt-4o</example>
    public required string? LastId { get; init; }
}

/// <summary>The pages beside this one.</summary>
internal sealed record ModelPageLinks
{
    /// <summary>The path of the next page; null on the last one.</summary>
    /// <example>/api/v1/models?offset=500&amp;limit=500</example>
    public required string? Next { get; init; }
}

/// <summary>The number of models.</summary>
internal sealed record ModelCount
{
    /// <example>150</example>
    public required int Count { get; init; }
}

/// <summary>A list of models.</summary>
/// <remarks>Its rows are written as bytes (<see cref="ListedModel"/>); the record is for the document.</remarks>
internal sealed record ModelListResponse : ModelPage
{
    public required IReadOnlyList<ModelResponse> Data { get; init; }

    /// <summary>How many models there are.</summary>
    /// <example>150</example>
    public required int TotalCount { get; init; }
}

/// <summary>A model, or a preset to be named like one. An upstream may tell more of its models.</summary>
internal sealed record ModelResponse
{
    /// <summary>What a request names as its model.</summary>
    /// <example>@preset/my-preset</example>
    public required string Id { get; init; }

    /// <example>@preset/my-preset</example>
    public required string CanonicalSlug { get; init; }

    /// <example>My preset</example>
    public required string Name { get; init; }

    /// <summary>The name, for Anthropic's clients.</summary>
    /// <example>My preset</example>
    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    /// <summary>When it was created, in seconds since 1970.</summary>
    /// <example>1776679200</example>
    public required long Created { get; init; }

    /// <summary>The same as a time, for Anthropic's clients.</summary>
    /// <example>2026-04-20T10:00:00Z</example>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Always model.</summary>
    /// <example>model</example>
    public required string Object { get; init; }

    /// <summary>Always model.</summary>
    /// <example>model</example>
    public required string Type { get; init; }

    /// <summary>preset, or who offers the model.</summary>
    /// <example>preset</example>
    public required string OwnedBy { get; init; }

    /// <example>{"details":"/api/v1/presets/my-preset"}</example>
    public required Dictionary<string, string> Links { get; init; }

    /// <summary>In tokens; null when it is not known.</summary>
    /// <example>128000</example>
    public required long? ContextLength { get; init; }

    /// <example>{"modality":"text->text","input_modalities":["text"],"output_modalities":["text"]}</example>
    public required Dictionary<string, JsonElement> Architecture { get; init; }

    /// <example>{"prompt":"0","completion":"0"}</example>
    public required Dictionary<string, JsonElement> Pricing { get; init; }

    /// <example>{"context_length":null,"max_completion_tokens":null,"is_moderated":false}</example>
    public required Dictionary<string, JsonElement> TopProvider { get; init; }

    /// <example>["temperature","tools"]</example>
    public required string[] SupportedParameters { get; init; }

    public required Dictionary<string, JsonElement>? DefaultParameters { get; init; }

    public required Dictionary<string, JsonElement>? PerRequestLimits { get; init; }

    public required string[]? SupportedVoices { get; init; }

    public required long? MaxInputTokens { get; init; }

    public required long? MaxTokens { get; init; }

    public required Dictionary<string, JsonElement>? Capabilities { get; init; }

    public required string? Line { get; init; }

    /// <summary>active, deprecated or retired</summary>
    /// <example>active</example>
    public required string Lifecycle { get; init; }

    public required DateTimeOffset? DeprecatedAt { get; init; }

    public required DateTimeOffset? RetiresAt { get; init; }
}
