namespace Presets;

/// <summary>What a plan must know beside the preset's state.</summary>
/// <param name="Stored">The changes that are stored already, by id.</param>
/// <param name="UsedKeys">The idempotency keys that are in use and not expired.</param>
public sealed record ChangeFacts(
    IReadOnlyDictionary<Guid, PresetVersion> Stored, IReadOnlyDictionary<string, UsedKey> UsedKeys)
{
    /// <summary>No change is stored and no key is used.</summary>
    public static readonly ChangeFacts None =
        new(new Dictionary<Guid, PresetVersion>(), new Dictionary<string, UsedKey>());
}
