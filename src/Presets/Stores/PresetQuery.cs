namespace Presets;

/// <summary>Which presets of a workspace are asked for, and in which order; null asks for all.</summary>
/// <param name="Statuses">Those of these statuses.</param>
public sealed record PresetQuery(Guid WorkspaceId, IReadOnlyList<PresetStatus> Statuses)
{
    /// <summary>Those whose slug or name has this part. The case of ASCII letters does not matter.</summary>
    public string? Text { get; init; }

    /// <summary>Those that have this label, which is valid.</summary>
    public string? Label { get; init; }

    /// <summary>Those whose designated version names this model.</summary>
    public string? Model { get; init; }

    /// <summary>Those that this user created.</summary>
    public string? CreatorUserId { get; init; }

    /// <summary>Their order.</summary>
    public PresetOrder Order { get; init; }
}

/// <summary>An order of presets.</summary>
public enum PresetOrder
{
    /// <summary>The newest-updated first, ties by id.</summary>
    NewestFirst,

    /// <summary>The longest unchanged first, ties by id.</summary>
    OldestFirst,

    /// <summary>By the bytes of their slugs.</summary>
    Slug,
}
