using System.Text.Json;

namespace Presets.Api;

/// <summary>One change of a preset.</summary>
/// <remarks>Written as bytes (<see cref="HistoryJson"/>); the records are here for the OpenAPI document.</remarks>
internal sealed record HistoryResponse
{
    /// <summary>The revision that the change made; null for an import.</summary>
    /// <example>4</example>
    public required long? Revision { get; init; }

    /// <summary>The slug of the preset; null for an import.</summary>
    /// <example>my-preset</example>
    public required string? Slug { get; init; }

    /// <example>2026-04-20T10:00:00.000000Z</example>
    public required DateTimeOffset At { get; init; }

    /// <summary>The key that made it; null when it is not known.</summary>
    public required HistoryKeyResponse? Key { get; init; }

    /// <example>user_operator</example>
    public required string UserId { get; init; }

    /// <summary>What whoever made it said about it.</summary>
    /// <example>Roll back</example>
    public required string? Message { get; init; }

    /// <summary>The trace id of the request; null when it was not traced.</summary>
    /// <example>0af7651916cd43dd8448eb211c80319c</example>
    public required string? RequestId { get; init; }

    public required HistoryChangeResponse[] Changes { get; init; }
}

/// <summary>A key in the history.</summary>
internal sealed record HistoryKeyResponse
{
    /// <example>f01d52606dc8f0a8303a7b5cc3fa07109c2e346cec7c0a16b40de462992ce943</example>
    public required string Hash { get; init; }

    /// <summary>Null when the key was deleted.</summary>
    /// <example>CI</example>
    public required string? Name { get; init; }
}

/// <summary>One thing that a change did. Members that do not apply are null.</summary>
internal sealed record HistoryChangeResponse
{
    /// <summary>
    /// version_created, designated, label_set, label_protected, label_unprotected, label_removed, edited, locked,
    /// archived, restored, disabled, enabled, purged, imported
    /// </summary>
    /// <example>designated</example>
    public required string What { get; init; }

    /// <summary>The version that was created.</summary>
    public required int? Version { get; init; }

    public required string? Label { get; init; }

    /// <summary>The field that was edited.</summary>
    public required string? Field { get; init; }

    /// <summary>What was there before.</summary>
    /// <example>3</example>
    public required JsonElement? From { get; init; }

    /// <summary>What is there now.</summary>
    /// <example>1</example>
    public required JsonElement? To { get; init; }
}

/// <summary>A part of the history of a workspace.</summary>
internal sealed record WorkspaceHistoryResponse
{
    public required IReadOnlyList<HistoryResponse> Data { get; init; }

    /// <summary>Always null: the records are not counted.</summary>
    public required long? TotalCount { get; init; }
}
