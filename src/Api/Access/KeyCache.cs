using System.Collections.Concurrent;

namespace Presets.Api;

/// <summary>
/// Keys in memory, so that a request asks no database. A key is asked for again while it is used: in the background once it is
/// <see cref="RefreshAfter"/> old, and nobody is let in on one older than <see cref="MaxAge"/>. So a change made by another node is felt here within
/// <see cref="MaxAge"/>; a change made here is announced by <see cref="Forget"/> and felt at once. What is not known is remembered for <see cref="UnknownMaxAge"/>.
/// </summary>
public sealed class KeyCache(Func<KeyHash, CancellationToken, Task<ApiKey?>> find, TimeProvider clock)
{
    /// <summary>When a key in use is asked for again.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(2);

    /// <summary>The oldest knowledge of a key that lets a request in. Source: the contract, "takes effect within 5 s everywhere".</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(4);

    /// <summary>How long a key that is not known stays so.</summary>
    public static readonly TimeSpan UnknownMaxAge = TimeSpan.FromSeconds(1);

    /// <summary>The most keys that are remembered.</summary>
    public const int MaxEntries = 10_000;

    private const int MaxLookups = 256;

    private readonly ConcurrentDictionary<KeyHash, Entry> entries = new();
    private readonly ConcurrentDictionary<KeyHash, Task<ApiKey?>> lookups = new();

    // Increases with every change made here, so that an answer that was under way during one is not kept.
    private int changes;

    /// <summary>How many keys are remembered.</summary>
    public int Count => entries.Count;

    /// <summary>The key, when it is known well enough without asking; <paramref name="key"/> is null when it is known not to exist.</summary>
    public bool TryFind(KeyHash hash, out ApiKey? key)
    {
        key = null;
        if (!entries.TryGetValue(hash, out var entry))
            return false;
        var age = clock.GetElapsedTime(entry.AskedAt);
        if (age >= (entry.Key is null ? UnknownMaxAge : MaxAge))
            return false;
        if (entry.Key is not null && age >= RefreshAfter && entry.TryClaimRefresh())
            _ = RefreshAsync(hash);
        key = entry.Key;
        return true;
    }

    /// <summary>Asks the database. Requests that ask for the same key at the same time share the question.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    /// <exception cref="Refusal"><see cref="RefusalCode.Overloaded"/>: too many keys are being asked for.</exception>
    public async Task<ApiKey?> FindAsync(KeyHash hash)
    {
        if (lookups.TryGetValue(hash, out var underWay))
            return await underWay;
        if (lookups.Count >= MaxLookups)
            throw new Refusal(RefusalCode.Overloaded, "Too many keys are being looked up. Try again.");
        var mine = new TaskCompletionSource<ApiKey?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = lookups.GetOrAdd(hash, mine.Task);
        if (shared == mine.Task)
            await AnswerAsync(hash, mine);
        return await shared;
    }

    /// <summary>Makes the next request with this key ask the database.</summary>
    public void Forget(KeyHash hash)
    {
        Interlocked.Increment(ref changes);
        lookups.TryRemove(hash, out _);
        entries.TryRemove(hash, out _);
    }

    /// <summary>Makes the next request with any key ask the database.</summary>
    public void ForgetAll()
    {
        Interlocked.Increment(ref changes);
        lookups.Clear();
        entries.Clear();
    }

    private async Task AnswerAsync(KeyHash hash, TaskCompletionSource<ApiKey?> answer)
    {
        try
        {
            var before = Volatile.Read(ref changes);
            var askedAt = clock.GetTimestamp();
            var key = await find(hash, CancellationToken.None);
            if (Volatile.Read(ref changes) == before)
                Keep(hash, new Entry(key, askedAt));
            answer.SetResult(key);
        }
        catch (Exception e)
        {
            answer.SetException(e);
            // Somebody awaits it, or nobody needs it.
            _ = answer.Task.Exception;
        }
        finally
        {
            lookups.TryRemove(new(hash, answer.Task));
        }
    }

    private async Task RefreshAsync(KeyHash hash)
    {
        try
        {
            await FindAsync(hash);
        }
        catch (Exception)
        {
            // The entry grows too old by itself, and the request that then asks is told why.
        }
    }

    private void Keep(KeyHash hash, Entry entry)
    {
        if (entries.Count >= MaxEntries)
            MakeRoom();
        entries[hash] = entry;
    }

    private void MakeRoom()
    {
        foreach (var (hash, entry) in entries)
        {
            if (entry.Key is null || clock.GetElapsedTime(entry.AskedAt) >= MaxAge)
                entries.TryRemove(new(hash, entry));
        }

        if (entries.Count >= MaxEntries)
            entries.Clear();
    }

    private sealed class Entry(ApiKey? key, long askedAt)
    {
        private int refreshing;

        public ApiKey? Key => key;

        public long AskedAt => askedAt;

        public bool TryClaimRefresh() => refreshing == 0 && Interlocked.Exchange(ref refreshing, 1) == 0;
    }
}
