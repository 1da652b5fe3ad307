namespace Presets.Grains.Tests;

/// <summary>A store that fails, or dawdles, when the test says so; else the one behind it.</summary>
internal sealed class ScriptedStore(IPresetStore store) : IPresetStore
{
    /// <summary>Runs before a commit reaches the store.</summary>
    public Func<Task> BeforeCommit { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs after the store has answered a commit, before the caller gets the answer.</summary>
    public Func<Task> AfterCommit { get; set; } = () => Task.CompletedTask;

    public Task<PresetHead?> FindAsync(PresetName name, CancellationToken cancellationToken) =>
        store.FindAsync(name, cancellationToken);

    public Task<(Guid Id, long Revision)?> FindRevisionAsync(PresetName name, CancellationToken cancellationToken) =>
        store.FindRevisionAsync(name, cancellationToken);

    public async Task<CommitResult> CommitAsync(CommitRequest request)
    {
        await BeforeCommit();
        var result = await store.CommitAsync(request);
        await AfterCommit();
        return result;
    }

    public Task<Page<Preset>> ListAsync(
        Guid workspaceId, long offset, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(workspaceId, offset, limit, cancellationToken);

    public Task<List<PresetVersion>> ListVersionsAsync(
        Guid presetId, int first, int count, CancellationToken cancellationToken) =>
        store.ListVersionsAsync(presetId, first, count, cancellationToken);

    public Task<Page<Preset>> SearchAsync(
        PresetQuery query, long offset, int limit, CancellationToken cancellationToken) =>
        store.SearchAsync(query, offset, limit, cancellationToken);

    public Task<List<HistoryRecord>> ListHistoryAsync(
        PresetSnapshot preset, string slug, long offset, int limit, CancellationToken cancellationToken) =>
        store.ListHistoryAsync(preset, slug, offset, limit, cancellationToken);

    public Task<List<HistoryRecord>> ListHistoryAsync(
        HistoryQuery query, long offset, int limit, CancellationToken cancellationToken) =>
        store.ListHistoryAsync(query, offset, limit, cancellationToken);

    public Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        store.PurgeExpiredKeysAsync(now, cancellationToken);

    public Task<int> FinishPurgesAsync(CancellationToken cancellationToken) =>
        store.FinishPurgesAsync(cancellationToken);

    public Task<int> SettleListsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        store.SettleListsAsync(now, cancellationToken);
}
