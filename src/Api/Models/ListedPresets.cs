namespace Presets.Api;

/// <summary>
/// The active presets of each workspace that were updated last, for the list of models. They are read from the database
/// at most once in <see cref="MaxAge"/> for a workspace.
/// </summary>
internal sealed class ListedPresets(IPresetStore store, ClockEviction eviction, TimeProvider clock)
{
    /// <summary>The most presets that are listed. Source: the contract, "Routes".</summary>
    public const int Most = 1000;

    /// <summary>How old the list may be.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    // About what a preset takes beside its longer texts.
    private const int Overhead = 1024;

    private readonly WeighedCache<Guid, Page> pages = new(eviction);

    /// <summary>The presets, newest-updated first.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<IReadOnlyList<Preset>> ListAsync(Guid workspaceId)
    {
        if (pages.Find(workspaceId) is { } known && known.IsGood(clock))
            return await known.Presets;
        var page = new Page(ReadAsync(workspaceId), clock.GetTimestamp());
        // Before it is read, so that requests that come meanwhile share the query.
        pages.Set(workspaceId, page, 0);
        var presets = await page.Presets;
        pages.Set(workspaceId, page, presets.Sum(preset => Overhead + (2 * preset.Description?.Length ?? 0)));
        return presets;
    }

    private async Task<IReadOnlyList<Preset>> ReadAsync(Guid workspaceId)
    {
        var active = new List<Preset>();
        for (var offset = 0L; ; offset += Most)
        {
            var page = await store.ListAsync(workspaceId, offset, Most, CancellationToken.None);
            active.AddRange(page.Items
                .Where(preset => preset.Status == PresetStatus.Active).Take(Most - active.Count));
            if (active.Count == Most || page.Items.Count < Most)
                return active;
        }
    }

    private sealed record Page(Task<IReadOnlyList<Preset>> Presets, long AskedAt)
    {
        public bool IsGood(TimeProvider clock) => !Presets.IsFaulted && clock.GetElapsedTime(AskedAt) < MaxAge;
    }
}
