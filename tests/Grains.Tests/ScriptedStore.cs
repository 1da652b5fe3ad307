namespace Presets.Grains.Tests;

/// <summary>A store that fails, or dawdles, when the test says so; else the one behind it.</summary>
internal sealed class ScriptedStore(IPresetStore store) : IPresetStore
{
    /// <summary>Runs before an append reaches the store.</summary>
    public Func<Task> BeforeAppend { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs after an append is committed, before it is answered.</summary>
    public Func<Task> AfterAppend { get; set; } = () => Task.CompletedTask;

    public bool IsShared => store.IsShared;

    public Task<PresetHead?> FindAsync(PresetName key, CancellationToken cancellationToken) => store.FindAsync(key, cancellationToken);

    public Task<(Guid Id, long Revision)?> FindRevisionAsync(PresetName key, CancellationToken cancellationToken) =>
        store.FindRevisionAsync(key, cancellationToken);

    public async Task<AppendResult> AppendAsync(PresetName key, IReadOnlyList<Draft> drafts)
    {
        await BeforeAppend();
        var result = await store.AppendAsync(key, drafts);
        await AfterAppend();
        return result;
    }

    public Task<Page<Preset>> ListAsync(Guid workspaceId, long offset, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(workspaceId, offset, limit, cancellationToken);

    public Task<Page<PresetVersion>?> ListVersionsAsync(PresetName key, long offset, int limit, CancellationToken cancellationToken) =>
        store.ListVersionsAsync(key, offset, limit, cancellationToken);

    public Task<PresetVersion?> FindVersionAsync(PresetName key, int version, CancellationToken cancellationToken) =>
        store.FindVersionAsync(key, version, cancellationToken);

    public Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        store.PurgeExpiredKeysAsync(now, cancellationToken);
}
