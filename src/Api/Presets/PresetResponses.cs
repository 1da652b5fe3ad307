using System.Text.Json;

namespace Presets.Api;

/// <summary>A preset without its versions.</summary>
/// <remarks>
/// The answers of presets and versions are written as bytes (<see cref="PresetJson"/>); their records are here for the
/// OpenAPI document.
/// </remarks>
internal record PresetSummary
{
    /// <example>650e8400-e29b-41d4-a716-446655440001</example>
    public required Guid Id { get; init; }

    /// <summary>The user in whose name the preset was created.</summary>
    /// <example>user_operator</example>
    public required string? CreatorUserId { get; init; }

    /// <example>750e8400-e29b-41d4-a716-446655440002</example>
    public required Guid WorkspaceId { get; init; }

    /// <example>my-preset</example>
    public required string Name { get; init; }

    /// <summary>Names the preset in its workspace.</summary>
    /// <example>my-preset</example>
    public required string Slug { get; init; }

    public required string? Description { get; init; }

    /// <summary>active, disabled or archived</summary>
    /// <example>active</example>
    public required string Status { get; init; }

    /// <example>550e8400-e29b-41d4-a716-446655440000</example>
    public required Guid? DesignatedVersionId { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public required DateTimeOffset UpdatedAt { get; init; }

    public required DateTimeOffset? StatusUpdatedAt { get; init; }

    /// <summary>The labels of its versions, each with the number of the version.</summary>
    /// <example>{"production":3}</example>
    public required Dictionary<string, int> Labels { get; init; }

    /// <summary>The paths that requests cannot override.</summary>
    /// <example>["model","provider.only"]</example>
    public required string[] Locked { get; init; }
}

/// <summary>A preset with its designated version inline.</summary>
internal sealed record PresetResponse : PresetSummary
{
    public required VersionResponse DesignatedVersion { get; init; }
}

/// <summary>A version of a preset.</summary>
internal sealed record VersionResponse
{
    /// <example>550e8400-e29b-41d4-a716-446655440000</example>
    public required Guid Id { get; init; }

    /// <example>650e8400-e29b-41d4-a716-446655440001</example>
    public required Guid PresetId { get; init; }

    /// <summary>Counts from 1 without a gap.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>The user in whose name the version was created.</summary>
    /// <example>user_operator</example>
    public required string CreatorId { get; init; }

    /// <summary>
    /// The kind of request it was made from: chat_completions, messages or responses. Null for versions that were
    /// stored before this was recorded.
    /// </summary>
    /// <example>chat_completions</example>
    public required string? Body { get; init; }

    /// <summary>What whoever made it said about it.</summary>
    /// <example>Answer in one sentence</example>
    public required string? Message { get; init; }

    /// <summary>The labels that name it.</summary>
    /// <example>["production"]</example>
    public required string[] Labels { get; init; }

    /// <summary>What the preset keeps of the request, each value with the JSON text it came with.</summary>
    /// <example>{"model":"openai/gpt-4o","temperature":0.7}</example>
    public required Dictionary<string, JsonElement> Config { get; init; }

    /// <example>You are a helpful assistant.</example>
    public required string? SystemPrompt { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public required DateTimeOffset UpdatedAt { get; init; }
}
