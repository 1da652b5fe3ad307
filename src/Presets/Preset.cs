namespace Presets;

/// <summary>What names a preset: the workspace it belongs to and its slug there.</summary>
public readonly record struct PresetName(Guid WorkspaceId, string Slug);

/// <summary>Whether a preset may be used and written.</summary>
public enum PresetStatus
{
    Active,
    Disabled,

    /// <summary>Takes no write but of its status.</summary>
    Archived,
}

/// <summary>A preset without its versions: its state. Times are UTC, to the microsecond.</summary>
/// <param name="Name">What people call it; the slug unless somebody named it.</param>
/// <param name="LatestVersion">The number of the newest version; versions are 1, 2, 3 ... without a gap.</param>
/// <param name="Revision">Increases with every change of any kind to the preset.</param>
public sealed record Preset(
    Guid Id,
    PresetName FullName,
    string Name,
    string? Description,
    PresetStatus Status,
    string CreatorUserId,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? StatusUpdatedAt,
    int LatestVersion,
    int DesignatedVersion,
    Guid DesignatedVersionId,
    long Revision)
{
    /// <summary>The labels of its versions.</summary>
    public LabelSet Labels { get; init; } = LabelSet.None;

    /// <summary>A JSON array of the paths that requests cannot override; null when there is none.</summary>
    public string? Locked { get; init; }

    /// <summary>
    /// The model that the designated version names, empty when it names none; null in rows of earlier releases, which
    /// did not record it.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>Whether no change has made it yet.</summary>
    public bool IsNew => Revision == 0;

    /// <summary>Names this state of it.</summary>
    public EntityTag Tag => new(Id, Revision);

    /// <summary>A preset that is not there yet. Its first change makes it.</summary>
    /// <param name="userId">The user of that change.</param>
    public static Preset New(PresetName name, string userId, DateTimeOffset now) =>
        new(
            Guid.CreateVersion7(now),
            name,
            name.Slug,
            Description: null,
            PresetStatus.Active,
            userId,
            CreatedAt: now,
            UpdatedAt: now,
            StatusUpdatedAt: null,
            LatestVersion: 0,
            DesignatedVersion: 0,
            DesignatedVersionId: Guid.Empty,
            Revision: 0);
}

/// <summary>One immutable version of a preset.</summary>
/// <param name="Revision">The preset's revision with this version as the newest.</param>
/// <param name="Body">The kind of request it was made from; null for versions stored before this was recorded.</param>
/// <param name="Config">A JSON object as UTF-8: the persisted fields, each value spelled as it was sent.</param>
/// <param name="SystemPrompt">The system text as UTF-8, not escaped; null when there was none.</param>
public sealed record PresetVersion(
    Guid Id,
    Guid PresetId,
    int Version,
    long Revision,
    string CreatorId,
    DateTimeOffset CreatedAt,
    BodyKind? Body,
    ReadOnlyMemory<byte> Config,
    ReadOnlyMemory<byte>? SystemPrompt)
{
    /// <summary>What whoever made it said about it; null for nothing.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it became the designated version when it was made.</summary>
    public bool Designates { get; init; } = true;

    /// <summary>The key of the request that made it; null when it is not known, or was not read.</summary>
    public KeyHash? Key { get; init; }

    /// <summary>The trace id of that request; null when it is not known, or was not read.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>
    /// A JSON array of what making it did; null, or not read, when it became the designated version after the one
    /// before it, and nothing else.
    /// </summary>
    public string? Effects { get; init; }
}

/// <summary>A preset with its designated version.</summary>
public sealed record PresetHead(Preset Preset, PresetVersion Designated);

/// <summary>A part of a list, and how many entries the whole list has.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, long TotalCount);
