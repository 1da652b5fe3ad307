namespace Presets;

/// <summary>An <c>Idempotency-Key</c> and what the request that carried it asked for.</summary>
/// <param name="Key">1 to 255 printable ASCII characters, unique in a workspace for <see cref="Lifetime"/>.</param>
/// <param name="Fingerprint">
/// SHA-256 of the route, what else changes the outcome, and the body: another one under the same key is another
/// request.
/// </param>
public sealed record Idempotency(string Key, ReadOnlyMemory<byte> Fingerprint)
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Whether this request is the one that made <paramref name="fingerprint"/>.</summary>
    public bool Matches(ReadOnlyMemory<byte> fingerprint) => Fingerprint.Span.SequenceEqual(fingerprint.Span);
}

/// <summary>An idempotency key that is in use.</summary>
/// <param name="Fingerprint">The fingerprint of the request that used it.</param>
/// <param name="PresetId">The preset that it was used for; null when an earlier release stored the key.</param>
/// <param name="Version">
/// The version that request made; null when it made something else, or the version is gone.
/// </param>
public sealed record UsedKey(ReadOnlyMemory<byte> Fingerprint, Guid? PresetId, PresetVersion? Version);
