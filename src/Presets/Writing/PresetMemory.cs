namespace Presets;

/// <summary>
/// What a <see cref="PresetWriter"/> remembers of its preset: the answer, and the state that the next changes are
/// planned on. It is renewed from the database when it is too old; concurrent readers share one query.
/// </summary>
/// <param name="resized">Is called when <see cref="Size"/> may have changed.</param>
internal sealed class PresetMemory(
    PresetName name, IPresetStore store, PresetWriterOptions options, TimeProvider clock, Action? resized)
{
    private readonly Lock gate = new();
    private Remembered? remembered;
    private long confirmedAt;
    private long writes;
    private Task<PresetSnapshot?>? renewal;
    private long renewalSince;

    /// <summary>Roughly the bytes it takes.</summary>
    public int Size => remembered is { } known ? 256 + known.Snapshot.Body.Length : 0;

    /// <summary>The state as it was known last; it may be out of date.</summary>
    public Preset? State => Volatile.Read(ref remembered)?.State;

    /// <summary>Whether a query is under way.</summary>
    public bool IsBusy => Volatile.Read(ref renewal) is not null;

    /// <summary>The answer when it is fresh enough, without waiting.</summary>
    public PresetSnapshot? Fresh()
    {
        var known = Volatile.Read(ref remembered);
        return known is not null && IsFresh() ? known.Snapshot : null;
    }

    /// <summary>The answer, from memory or the database; null when there is no such preset.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public Task<PresetSnapshot?> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (remembered is not null && IsFresh())
                return Task.FromResult<PresetSnapshot?>(remembered.Snapshot);
            // A query that was sent before a write ended may not have seen it, so who comes after the write does not
            // join it.
            if (renewal is null || renewalSince != writes)
            {
                renewal = RenewAsync(remembered, writes);
                renewalSince = writes;
            }

            // The query is shared, so one reader that leaves must not cancel it.
            return renewal.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Forgets everything: the next read asks the database.</summary>
    public void Invalidate()
    {
        lock (gate)
        {
            writes++;
            remembered = null;
        }

        resized?.Invoke();
    }

    /// <summary>Remembers what a write that was sent at <paramref name="sentAt"/> has left.</summary>
    /// <param name="state">The preset afterwards; null when there is none.</param>
    /// <param name="newest">The answer to the newest change of the write; null when it made none.</param>
    public void Keep(Preset? state, PresetSnapshot? newest, long sentAt)
    {
        lock (gate)
        {
            writes++;
            confirmedAt = sentAt;
            // A write that changed nothing has seen the state, which may be the one that is remembered.
            if (newest is not null && newest.Revision == state!.Revision)
                remembered = new Remembered(state, newest);
            else if (state is null || remembered?.State.Id != state.Id || remembered.State.Revision != state.Revision)
                remembered = null;
        }

        resized?.Invoke();
    }

    private bool IsFresh() => clock.GetElapsedTime(Volatile.Read(ref confirmedAt)) < options.HeadMaxAge;

    private async Task<PresetSnapshot?> RenewAsync(Remembered? seen, long writesSeen)
    {
        // Leave the caller's lock before anything runs.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var askedAt = clock.GetTimestamp();
        try
        {
            var isCurrent = await IsCurrentAsync(seen).ConfigureAwait(false);
            var found = isCurrent ? seen : await LoadAsync().ConfigureAwait(false);
            lock (gate)
            {
                // A write that ended meanwhile has left a newer state than this query can have seen.
                if (writes == writesSeen)
                {
                    remembered = found;
                    confirmedAt = askedAt;
                }

                return (remembered ?? found)?.Snapshot;
            }
        }
        finally
        {
            lock (gate)
                if (renewalSince == writesSeen)
                    renewal = null;
            resized?.Invoke();
        }
    }

    private async Task<bool> IsCurrentAsync(Remembered? seen) =>
        seen is not null
        && await store.FindRevisionAsync(name, CancellationToken.None).ConfigureAwait(false) is { } current
        && current.Id == seen.State.Id
        && current.Revision == seen.State.Revision;

    private async Task<Remembered?> LoadAsync() =>
        await store.FindAsync(name, CancellationToken.None).ConfigureAwait(false) is { } head
            ? new Remembered(head.Preset, PresetJson.SnapshotOf(head))
            : null;

    private sealed record Remembered(Preset State, PresetSnapshot Snapshot);
}
