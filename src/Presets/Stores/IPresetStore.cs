namespace Presets;

/// <summary>
/// The tables of presets and their versions. Absence is null. What the database does not answer in time, or refuses, is a
/// <see cref="StoreException"/>; nothing else is thrown but <see cref="OperationCanceledException"/>.
/// </summary>
public interface IPresetStore
{
    /// <summary>Whether other processes may write to the same tables (Postgres), or this one is alone (SQLite).</summary>
    bool IsShared { get; }

    /// <summary>The preset with its designated version.</summary>
    Task<PresetHead?> FindAsync(PresetName key, CancellationToken cancellationToken);

    /// <summary>The preset's id and revision alone: the cheap question whether a head in memory is still right.</summary>
    Task<(Guid Id, long Revision)?> FindRevisionAsync(PresetName key, CancellationToken cancellationToken);

    /// <summary>
    /// Stores <paramref name="drafts"/> in their order as the next versions of the preset, all or none but for the drafts that are
    /// refused by themselves, and makes the last one the designated version; makes the preset when there is none. Compares nothing: contention waits.
    /// A <see cref="Draft.VersionId"/> that is stored already is left as it is and answered with its version.
    /// Not cancellable; it runs under the store's own deadline.
    /// </summary>
    /// <returns>An outcome for each draft, in their order.</returns>
    Task<AppendResult> AppendAsync(PresetName key, IReadOnlyList<Draft> drafts);

    /// <summary>The presets of a workspace that are not archived, newest-updated first.</summary>
    Task<Page<Preset>> ListAsync(Guid workspaceId, long offset, int limit, CancellationToken cancellationToken);

    /// <summary>The versions of a preset, oldest first; null when there is no such preset.</summary>
    Task<Page<PresetVersion>?> ListVersionsAsync(PresetName key, long offset, int limit, CancellationToken cancellationToken);

    /// <summary>One version of a preset, by number.</summary>
    Task<PresetVersion?> FindVersionAsync(PresetName key, int version, CancellationToken cancellationToken);

    /// <summary>Forgets the idempotency keys whose lifetime is over, some at a time, so that no lock is held for long; returns how many there were.</summary>
    Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>What became of the drafts of one append.</summary>
/// <param name="Preset">The preset after the append; null when every draft was refused and the preset is not there.</param>
/// <param name="Outcomes">One for each draft, in their order.</param>
public sealed record AppendResult(Preset? Preset, IReadOnlyList<DraftOutcome> Outcomes);

/// <summary>What became of one draft.</summary>
public abstract record DraftOutcome
{
    private DraftOutcome() { }

    /// <summary>Stored by this append.</summary>
    /// <param name="Version">Its number.</param>
    /// <param name="Revision">The preset's revision with this version as the newest.</param>
    /// <param name="CreatedAt">The time of the version, and of the preset's update.</param>
    public sealed record Stored(int Version, long Revision, DateTimeOffset CreatedAt) : DraftOutcome;

    /// <summary>Its id, or its idempotency key, was stored earlier.</summary>
    /// <param name="Version">The version of then.</param>
    /// <param name="Replayed">Found by the idempotency key of another request.</param>
    public sealed record Earlier(PresetVersion Version, bool Replayed) : DraftOutcome;

    /// <summary>Not stored, and it never will be.</summary>
    public sealed record Refused(RefusalCode Code, string Message, Exception? Cause = null) : DraftOutcome;
}

/// <summary>The database did not do what it was asked.</summary>
/// <param name="kind">What is known of the outcome.</param>
public sealed class StoreException(StoreFailure kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is known of the outcome.</summary>
    public StoreFailure Kind { get; } = kind;
}

/// <summary>What is known of an operation that failed.</summary>
public enum StoreFailure
{
    /// <summary>Nothing was stored: no connection, or the transaction was rolled back. The same call may succeed later.</summary>
    NotStored,

    /// <summary>The connection broke, or time ran out, while the transaction may have been committing.</summary>
    InDoubt,
}
