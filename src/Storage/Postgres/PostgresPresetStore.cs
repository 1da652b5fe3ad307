namespace Presets.Storage;

/// <summary>The tables of presets and versions in Postgres.</summary>
internal sealed class PostgresPresetStore : PresetStore, IDisposable
{
    private readonly WaitingLanes lanes;
    private readonly GroupCommit group;
    private readonly RevisionQuery revisions;

    public PostgresPresetStore(PostgresDatabase database, TimeProvider clock) : base(database, clock)
    {
        var facts = new FactsQuery(database, clock);
        lanes = new WaitingLanes(new LockedCommit(database, facts), clock);
        group = new GroupCommit(database, facts, lanes, clock);
        revisions = new RevisionQuery(database, clock);
    }

    /// <inheritdoc/>
    public override Task<CommitResult> CommitAsync(CommitRequest request)
    {
        var commit = new PendingCommit(request);
        group.Add(commit);
        return commit.Task;
    }

    /// <inheritdoc/>
    public override Task RehearseAsync() => group.RehearseAsync();

    /// <inheritdoc/>
    public override Task<(Guid Id, long Revision)?> FindRevisionAsync(
        PresetName name, CancellationToken cancellationToken) =>
        revisions.AskAsync(name).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => lanes.Dispose();
}
