namespace Presets.Storage;

/// <summary>The tables of presets and versions; the reads are one SQL for both engines.</summary>
public abstract class PresetStore(Database database, TimeProvider clock) : IPresetStore
{
    /// <summary>Its values: the preset's id, the number before the first version, the last one's.</summary>
    internal const string VersionsSql =
        $"""
        select {PresetRows.VersionColumns}
        from preset_versions v
        where v.preset_id = $1 and v.version > $2 and v.version <= $3
        order by v.version
        """;

    private readonly PresetList list = new(database);
    private readonly PresetSearch search = new(database);
    private readonly PresetHistory history = new(database);
    private readonly WorkspaceHistory workspaceHistory = new(database);
    private readonly PurgedRows purged = new(database, clock);

    /// <summary>The clock of the node.</summary>
    protected TimeProvider Clock => clock;

    /// <inheritdoc/>
    public abstract Task<CommitResult> CommitAsync(CommitRequest request);

    /// <summary>
    /// Does what a commit does, without a change, so that the next one finds code and connections ready. Nothing is
    /// stored.
    /// </summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public virtual Task RehearseAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<PresetHead?> FindAsync(PresetName name, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FindAsync(
            PresetRows.FindHead,
            PresetRows.ReadHead,
            name.WorkspaceId, name.Slug),
        cancellationToken);

    /// <inheritdoc/>
    public virtual Task<(Guid Id, long Revision)?> FindRevisionAsync(
        PresetName name, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FindAsync<(Guid, long)?>(
            "select p.id, p.revision from presets p where p.workspace_id = $1 and p.slug = $2",
            row => (row.Next<Guid>(), row.Next<long>()),
            name.WorkspaceId, name.Slug),
        cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Preset>> ListAsync(
        Guid workspaceId, long offset, int limit, CancellationToken cancellationToken) =>
        list.ReadAsync(workspaceId, offset, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Preset>> SearchAsync(
        PresetQuery query, long offset, int limit, CancellationToken cancellationToken) =>
        search.ReadAsync(query, offset, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<List<HistoryRecord>> ListHistoryAsync(
        PresetSnapshot preset, string slug, long offset, int limit, CancellationToken cancellationToken) =>
        history.ReadAsync(preset, slug, offset, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<List<HistoryRecord>> ListHistoryAsync(
        HistoryQuery query, long offset, int limit, CancellationToken cancellationToken) =>
        workspaceHistory.ReadAsync(query, offset, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<int> SettleListsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        list.SettleAsync(now, cancellationToken);

    /// <inheritdoc/>
    public Task<List<PresetVersion>> ListVersionsAsync(
        Guid presetId, int first, int count, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.ListAsync(
            VersionsSql, PresetRows.ReadVersion, presetId, first - 1, first - 1 + count),
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> FinishPurgesAsync(CancellationToken cancellationToken) => purged.RemoveAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        const int Together = 1000;
        for (var purged = 0L; ;)
        {
            var some = await PurgeIdempotencyKeysAsync(now - Idempotency.Lifetime, Together, cancellationToken)
                .ConfigureAwait(false);
            purged += some;
            if (some < Together)
                return purged;
        }
    }

    /// <summary>
    /// Forgets idempotency keys older than <paramref name="before"/>, at most <paramref name="most"/>; returns how many
    /// there were.
    /// </summary>
    public Task<int> PurgeIdempotencyKeysAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection => connection.ExecuteAsync(
                """
                delete from idempotency_keys
                where (workspace_id, key) in (
                    select k.workspace_id, k.key from idempotency_keys k where k.created_at < $1 limit $2)
                """,
                before, most),
            cancellationToken);

    /// <summary>
    /// Commits changes one by one, after the database has refused a value of one of them, so that only that one is
    /// refused.
    /// </summary>
    internal static async Task<CommitResult> OneByOneAsync(
        CommitRequest request, Exception refusal, Func<CommitRequest, Task<CommitResult>> commit)
    {
        if (request.Changes.Count == 1)
            return new CommitResult(
                null,
                [new Outcome.Refused(RefusalCode.InvalidField, "The database refuses a value of it.", Cause: refusal)]);
        Preset? preset = null;
        var outcomes = new List<Outcome>(request.Changes.Count);
        foreach (var change in request.Changes)
        {
            var result = await commit(request with { Known = preset, Changes = [change] }).ConfigureAwait(false);
            preset = result.Preset ?? preset;
            outcomes.AddRange(result.Outcomes);
        }

        return new CommitResult(preset, outcomes);
    }
}
