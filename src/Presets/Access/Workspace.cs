namespace Presets;

/// <summary>A workspace: what its presets and keys belong to.</summary>
/// <param name="IsDefault">The one that is made at the first start and cannot be deleted.</param>
/// <param name="CreatedBy">The user of the key that made it; null for the default one.</param>
public sealed record Workspace(
    Guid Id,
    string Slug,
    string Name,
    string? Description,
    string? DefaultTextModel,
    string? DefaultProviderSort,
    bool IsDefault,
    string? CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UpdatedAt)
{
    /// <summary>Whether it takes the scope <c>promote</c> to designate a new version and to move any label.</summary>
    public bool Guarded { get; init; }
}

/// <summary>What became of a request to delete a workspace.</summary>
public enum WorkspaceDeletion
{
    Deleted,
    NotFound,
    IsDefault,

    /// <summary>It still has keys that could be used.</summary>
    HasActiveKeys,
}
