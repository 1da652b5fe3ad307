namespace Presets;

/// <summary>What a plan must know beside the preset's state.</summary>
/// <param name="StoredVersions">The versions of these changes that are stored already, by their id.</param>
/// <param name="StoredChanges">The ids of the other changes that are stored already.</param>
/// <param name="UsedKeys">The idempotency keys that are in use and not expired.</param>
/// <param name="Versions">The designated version and those that changes need, by number.</param>
public sealed record ChangeFacts(
    IReadOnlyDictionary<Guid, PresetVersion> StoredVersions,
    IReadOnlySet<Guid> StoredChanges,
    IReadOnlyDictionary<string, UsedKey> UsedKeys,
    IReadOnlyList<PresetVersion> Versions)
{
    private static readonly IReadOnlyDictionary<Guid, PresetVersion> NoVersions =
        new Dictionary<Guid, PresetVersion>();

    private static readonly IReadOnlySet<Guid> NoChanges = new HashSet<Guid>();

    private static readonly IReadOnlyDictionary<string, UsedKey> NoKeys = new Dictionary<string, UsedKey>();

    /// <summary>No change is stored and no key is used.</summary>
    /// <param name="designated">The designated version, when it is known.</param>
    public static ChangeFacts None(PresetVersion? designated = null) =>
        new(NoVersions, NoChanges, NoKeys, designated is null ? [] : [designated]);
}
