using System.Text.Json;

namespace Presets.Api;

/// <summary>A request as it would be forwarded.</summary>
/// <remarks>It is written as bytes (<see cref="ResolveEndpoints"/>); the record is for the OpenAPI document.</remarks>
internal sealed record ResolvedResponse
{
    /// <summary>The preset that the request refers to; null without a reference.</summary>
    public required ResolvedPreset? Preset { get; init; }

    /// <summary>Where the body comes from; null without a reference.</summary>
    public required ResolvedProvenance? Provenance { get; init; }

    /// <summary>The request, merged with the preset.</summary>
    /// <example>{"model":"openai/gpt-4o","messages":[{"role":"system","content":"You are terse."}]}</example>
    public required Dictionary<string, JsonElement> Body { get; init; }
}

/// <summary>The version of a preset that a request refers to.</summary>
internal sealed record ResolvedPreset(Guid Id, string Slug, int Version)
{
    /// <example>650e8400-e29b-41d4-a716-446655440001</example>
    public Guid Id { get; init; } = Id;

    /// <example>my-preset</example>
    public string Slug { get; init; } = Slug;

    /// <example>1</example>
    public int Version { get; init; } = Version;
}

/// <summary>Where each part of a merged request comes from: request, preset or both.</summary>
internal sealed record ResolvedProvenance
{
    /// <summary>Where each field comes from.</summary>
    /// <example>{"model":"preset","messages":"both","tools":"both"}</example>
    public required Dictionary<string, string> Fields { get; init; }

    /// <summary>Where each tool comes from, in the order of the body.</summary>
    /// <example>["preset","request"]</example>
    public required string[] Tools { get; init; }
}
