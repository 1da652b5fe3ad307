namespace Presets;

/// <summary>
/// The presets of this service, whoever holds their writers: this process or the grains of a cluster. The methods
/// refuse with <see cref="Refusal"/>: <see cref="RefusalCode.Unavailable"/> when the store cannot be reached in time.
/// </summary>
public interface IPresets
{
    /// <summary>The preset and its designated version, ready to be sent; null when there is none.</summary>
    ValueTask<PresetSnapshot?> GetAsync(PresetName name, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="GetAsync"/>, for inference: when the preset is at home in another process, a copy that was taken
    /// at most <paramref name="maxAge"/> ago will do. It is never older than what this process has answered.
    /// </summary>
    ValueTask<PresetSnapshot?> GetCopyAsync(PresetName name, TimeSpan maxAge, CancellationToken cancellationToken);

    /// <summary>
    /// Makes <paramref name="change"/> happen. Durable when it returns. Repeating the same <see cref="Change.Id"/>
    /// gives the same answer and has no second effect. Cancelling helps only while the change waits: once it is sent to
    /// the database its outcome is awaited.
    /// </summary>
    /// <exception cref="Refusal">
    ///  <see cref="RefusalCode.PresetArchived"/>, <see cref="RefusalCode.IdempotencyKeyReused"/>;
    /// <see cref="RefusalCode.Overloaded"/> when too much waits already; <see cref="RefusalCode.OutcomeUnknown"/> when
    /// the change may or may not have been stored.
    /// </exception>
    ValueTask<ChangeAnswer> ChangeAsync(PresetName name, Change change, CancellationToken cancellationToken);
}

/// <summary>The answer to a change.</summary>
/// <param name="Preset">The preset as the change left it; null when it is gone.</param>
/// <param name="Version">The version that the change made or found; null when it is not about one.</param>
/// <param name="Replayed">An earlier request with the same idempotency key had made the change.</param>
/// <param name="Skipped">No version was made, because it would equal the one that it is compared with.</param>
public readonly record struct ChangeAnswer(
    PresetSnapshot? Preset, int? Version = null, bool Replayed = false, bool Skipped = false);
