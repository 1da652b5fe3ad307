using System.Collections.Concurrent;

namespace Presets.Storage;

/// <summary>
/// Commits that have left the group because somebody may hold their preset. Each runs in a transaction of its own, on
/// connections of their own. A preset that is still held after <see cref="TimeBudget.SharedLock"/> is remembered for a
/// while and waits in slots apart, so that it delays nobody but its own requests.
/// </summary>
internal sealed class WaitingLanes(LockedCommit locked, TimeProvider clock) : IDisposable
{
    private const int HeldSlots = 4;
    private const int FreeSlots = PostgresDatabase.WaitingConnections - HeldSlots;
    private const int MostHeld = 10_000;

    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HeldLock = TimeBudget.Statement - TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim free = new(FreeSlots);
    private readonly SemaphoreSlim held = new(HeldSlots);
    private readonly ConcurrentDictionary<PresetName, long> heldSince = new();

    /// <summary>Whether somebody was seen holding the preset a moment ago.</summary>
    public bool IsHeld(PresetName name) =>
        heldSince.TryGetValue(name, out var since) && clock.GetElapsedTime(since) < HeldFor;

    /// <summary>Commits and answers; does not throw.</summary>
    public async Task CommitAsync(PendingCommit commit)
    {
        CommitMetrics.Alone(1);
        try
        {
            if (!IsHeld(commit.Request.Name)
                && await TryCommitAsync(commit, free, TimeBudget.SharedLock).ConfigureAwait(false))
                return;
            if (!await TryCommitAsync(commit, held, HeldLock).ConfigureAwait(false))
                commit.TrySetException(
                    new StoreException(StoreFailure.NotStored, "Somebody else's transaction holds the preset."));
        }
        catch (Exception exception)
        {
            commit.TrySetException(exception);
        }
    }

    /// <summary>False when somebody holds the preset.</summary>
    private async Task<bool> TryCommitAsync(PendingCommit commit, SemaphoreSlim slots, TimeSpan lockTimeout)
    {
        var name = commit.Request.Name;
        var left = TimeBudget.Turn - clock.GetElapsedTime(commit.ArrivedAt);
        if (!await slots.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false))
        {
            commit.GiveUp();
            return true;
        }

        try
        {
            commit.TrySetResult(await locked.RunAsync(commit.Request, lockTimeout).ConfigureAwait(false));
            heldSince.TryRemove(name, out _);
            return true;
        }
        catch (StoreException timeout) when (PostgresFailure.IsLockTimeout(timeout))
        {
            Remember(name);
            return false;
        }
        finally
        {
            slots.Release();
        }
    }

    private void Remember(PresetName name)
    {
        if (heldSince.Count >= MostHeld)
            foreach (var (other, _) in heldSince)
                if (!IsHeld(other))
                    heldSince.TryRemove(other, out _);
        if (heldSince.Count < MostHeld)
            heldSince[name] = clock.GetTimestamp();
    }

    public void Dispose()
    {
        free.Dispose();
        held.Dispose();
    }
}
