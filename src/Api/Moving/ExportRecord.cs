namespace Presets.Api;

/// <summary>A line of an export: a preset, or a part of a large one.</summary>
/// <remarks>
/// It is written and read as bytes (<see cref="ExportJson"/>); the record is here for the OpenAPI document.
/// </remarks>
internal sealed record ExportRecord
{
    /// <summary>Names the preset in its workspace.</summary>
    /// <example>my-preset</example>
    public required string Slug { get; init; }

    /// <summary>The number of the line among those of the preset; the first has the preset itself.</summary>
    /// <example>1</example>
    public required int Part { get; init; }

    /// <example>650e8400-e29b-41d4-a716-446655440001</example>
    public Guid? Id { get; init; }

    /// <example>my-preset</example>
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>active, disabled or archived</summary>
    /// <example>active</example>
    public string? Status { get; init; }

    public DateTimeOffset? StatusUpdatedAt { get; init; }

    /// <example>user_operator</example>
    public string? CreatorUserId { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <example>1</example>
    public int? LatestVersion { get; init; }

    /// <example>1</example>
    public int? DesignatedVersion { get; init; }

    /// <example>1</example>
    public long? Revision { get; init; }

    public IReadOnlyList<ExportedLabel>? Labels { get; init; }

    /// <summary>The paths that requests cannot override.</summary>
    /// <example>["/model"]</example>
    public string[]? Locked { get; init; }

    /// <summary>The versions, oldest first.</summary>
    public required IReadOnlyList<ExportedVersion> Versions { get; init; }

    /// <summary>What happened to the preset beside its versions, oldest first.</summary>
    public required IReadOnlyList<ExportedChange> History { get; init; }

    /// <summary>Whether the preset ends with this line.</summary>
    /// <example>true</example>
    public required bool Last { get; init; }
}

/// <summary>A label of an exported preset.</summary>
internal sealed record ExportedLabel
{
    /// <example>production</example>
    public required string Label { get; init; }

    /// <example>1</example>
    public required int Version { get; init; }

    public required bool Protected { get; init; }
}

/// <summary>A version of an exported preset.</summary>
internal sealed record ExportedVersion
{
    /// <example>1</example>
    public required int Version { get; init; }

    /// <example>550e8400-e29b-41d4-a716-446655440000</example>
    public required Guid Id { get; init; }

    /// <summary>The preset's revision that it made; null when none was recorded.</summary>
    /// <example>1</example>
    public required long? Revision { get; init; }

    /// <example>user_operator</example>
    public required string CreatorId { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>chat_completions, messages or responses</summary>
    /// <example>chat_completions</example>
    public required string? Body { get; init; }

    /// <summary>The config as JSON text.</summary>
    /// <example>"{\"model\":\"openai/gpt-4o\"}"</example>
    public required string Config { get; init; }

    /// <example>You are a helpful assistant.</example>
    public required string? SystemPrompt { get; init; }

    public required string? KeyHash { get; init; }

    public required string? Message { get; init; }

    public required Guid? RequestId { get; init; }

    /// <summary>Whether it became the designated version when it was made.</summary>
    /// <example>true</example>
    public required bool Designates { get; init; }

    /// <summary>What making it did, when it is more than that.</summary>
    public required IReadOnlyList<ExportedEffect>? Effects { get; init; }
}

/// <summary>A change of an exported preset that is not a version.</summary>
internal sealed record ExportedChange
{
    /// <example>2</example>
    public required long Revision { get; init; }

    /// <example>850e8400-e29b-41d4-a716-446655440003</example>
    public required Guid Id { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public required DateTimeOffset At { get; init; }

    /// <example>user_operator</example>
    public required string UserId { get; init; }

    public required string? KeyHash { get; init; }

    public required string? Message { get; init; }

    public required Guid? RequestId { get; init; }

    public required IReadOnlyList<ExportedEffect> Effects { get; init; }
}

/// <summary>One thing that a change did.</summary>
internal sealed record ExportedEffect
{
    /// <example>label_set</example>
    public required string What { get; init; }
}
