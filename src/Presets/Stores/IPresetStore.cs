namespace Presets;

/// <summary>
/// The tables of presets and their versions. Absence is null. What the database does not answer in time, or refuses, is
/// a <see cref="StoreException"/>; nothing else is thrown but <see cref="OperationCanceledException"/>.
/// </summary>
public interface IPresetStore
{
    /// <summary>The preset with its designated version.</summary>
    Task<PresetHead?> FindAsync(PresetName name, CancellationToken cancellationToken);

    /// <summary>
    /// The preset's id and revision alone: the cheap question whether a state in memory is still right.
    /// </summary>
    Task<(Guid Id, long Revision)?> FindRevisionAsync(PresetName name, CancellationToken cancellationToken);

    /// <summary>
    /// Commits the changes of one preset in their order by <see cref="ChangePlan"/>, all or none but for those that are
    /// refused by themselves; makes the preset when there is none. Contention waits, it is no error. A change that is
    /// stored already is left as it is. Not cancellable: it ends within the <see cref="TimeBudget"/>.
    /// </summary>
    /// <returns>An outcome for each change, in their order.</returns>
    Task<CommitResult> CommitAsync(CommitRequest request);

    /// <summary>
    /// The presets of a workspace that are not archived, newest-updated first. What was committed before the call is in
    /// its place.
    /// </summary>
    Task<Page<Preset>> ListAsync(Guid workspaceId, long offset, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The presets of a workspace that <paramref name="query"/> asks for. Takes a time that grows with the presets of
    /// the workspace, and not with their versions.
    /// </summary>
    Task<Page<Preset>> SearchAsync(PresetQuery query, long offset, int limit, CancellationToken cancellationToken);

    /// <summary>The versions of a preset from number <paramref name="first"/> on, at most so many.</summary>
    Task<List<PresetVersion>> ListVersionsAsync(
        Guid presetId, int first, int count, CancellationToken cancellationToken);

    /// <summary>
    /// The history of a preset, newest first: a record for each of its revisions, whatever their number. It is that of
    /// the state that <paramref name="preset"/> shows.
    /// </summary>
    /// <param name="slug">The slug of the preset.</param>
    Task<List<HistoryRecord>> ListHistoryAsync(
        PresetSnapshot preset, string slug, long offset, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The history of a workspace, newest first; of presets that were purged their purge alone. The time it takes grows
    /// with <paramref name="offset"/>; asked for one user or key, with all the records that the rest of
    /// <paramref name="query"/> leaves.
    /// </summary>
    Task<List<HistoryRecord>> ListHistoryAsync(
        HistoryQuery query, long offset, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets the idempotency keys whose lifetime is over, some at a time, so that no lock is held for long.
    /// </summary>
    /// <returns>How many there were.</returns>
    Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the versions, the history and the counts of use of presets that were purged, some rows at a time, so
    /// that no lock is held for long. What a call leaves is left to the next.
    /// </summary>
    /// <returns>How many presets it finished.</returns>
    Task<int> FinishPurgesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Keeps lists quick; every node calls it every few seconds. Lists are right without it, and it delays no commit. A
    /// call settles a bounded number of presets and leaves the others to the next.
    /// </summary>
    /// <returns>How many presets it settled.</returns>
    Task<int> SettleListsAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>The changes of one preset that are to be committed together.</summary>
/// <param name="Known">
/// The preset as it was known last; null when nothing is known. It may be out of date: that costs time and nothing
/// else.
/// </param>
/// <param name="ArrivedAt">When the oldest of the changes arrived, as <see cref="TimeProvider.GetTimestamp"/>.</param>
public sealed record CommitRequest(PresetName Name, Preset? Known, IReadOnlyList<Change> Changes, long ArrivedAt)
{
    /// <summary>The designated version of <see cref="Known"/>; null when it was not needed, or is not known.</summary>
    public PresetVersion? Designated { get; init; }
}

/// <summary>What became of the changes of one commit.</summary>
/// <param name="Preset">The preset afterwards; null when there is none.</param>
/// <param name="Outcomes">One for each change, in their order.</param>
public sealed record CommitResult(Preset? Preset, IReadOnlyList<Outcome> Outcomes);
