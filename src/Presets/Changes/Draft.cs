namespace Presets;

/// <summary>What a request wants stored as a new version, before it has a number.</summary>
/// <param name="VersionId">
/// UUID version 7, drawn where the request is read. Appending the same id twice is one version, so every hop may retry.
/// </param>
/// <param name="Config">A JSON object as UTF-8.</param>
/// <param name="SystemPrompt">UTF-8, or null.</param>
/// <param name="CreatorId">The user of the key that made the request.</param>
/// <param name="Idempotency">The client's own key for the request, or null.</param>
/// <param name="MayBeStored">An earlier attempt ended without an answer: a hint to the store to look before it inserts.</param>
public sealed record Draft(
    Guid VersionId,
    ReadOnlyMemory<byte> Config,
    ReadOnlyMemory<byte>? SystemPrompt,
    string CreatorId,
    Idempotency? Idempotency = null,
    bool MayBeStored = false)
{
    /// <summary>Roughly the bytes this draft holds in memory while it waits.</summary>
    public int Size => Config.Length + (SystemPrompt?.Length ?? 0) + 256;
}

/// <summary>An <c>Idempotency-Key</c> and what the request that carried it asked for.</summary>
/// <param name="Key">1 to 255 printable ASCII characters, unique in a workspace for <see cref="Lifetime"/>.</param>
/// <param name="Fingerprint">SHA-256 of the route and the body: another one under the same key is another request.</param>
public sealed record Idempotency(string Key, ReadOnlyMemory<byte> Fingerprint)
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
}

/// <summary>A draft that became a version.</summary>
/// <param name="Head">The preset with that version as the designated one.</param>
/// <param name="Replayed">An earlier request with the same idempotency key had stored it.</param>
public sealed record Appended(PresetHead Head, bool Replayed);
