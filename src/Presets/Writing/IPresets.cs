namespace Presets;

/// <summary>
/// The presets of this service, whoever holds their writers: the process itself, or the grains of a cluster.
/// Both methods refuse with <see cref="Refusal"/>: <see cref="RefusalCode.Unavailable"/> when the store cannot be reached in time.
/// </summary>
public interface IPresets
{
    /// <summary>The preset and its designated version, ready to be sent; null when there is none.</summary>
    ValueTask<PresetAnswer?> GetAsync(PresetName key, CancellationToken cancellationToken);

    /// <summary>
    /// Stores <paramref name="draft"/> as the next version of the preset, which is made when there is none, and designates it.
    /// Durable when it returns. Appending the same <see cref="Draft.VersionId"/> again gives the same version again.
    /// Cancelling helps only while the draft waits: once it travels to the database its outcome is awaited.
    /// </summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.PresetArchived"/>, <see cref="RefusalCode.IdempotencyKeyReused"/>; <see cref="RefusalCode.Overloaded"/> when too
    /// much waits already; <see cref="RefusalCode.OutcomeUnknown"/> when it may or may not have been stored.
    /// </exception>
    ValueTask<AppendAnswer> AppendAsync(PresetName key, Draft draft, CancellationToken cancellationToken);
}

/// <summary>A preset as the bytes of its answer.</summary>
/// <param name="Body">The JSON document <c>{"data": preset with designated_version}</c> as UTF-8.</param>
/// <param name="PresetId">The preset's id.</param>
/// <param name="Revision">The revision that <paramref name="Body"/> shows.</param>
public sealed record PresetAnswer(ReadOnlyMemory<byte> Body, Guid PresetId, long Revision);

/// <summary>The answer to an append.</summary>
/// <param name="Preset">The preset with the new version as its designated one.</param>
/// <param name="Replayed">An earlier request with the same idempotency key had stored that version.</param>
public readonly record struct AppendAnswer(PresetAnswer Preset, bool Replayed);
