using System.Collections.Concurrent;
using BitFaster.Caching.Lru;

namespace Presets.Api;

/// <summary>
/// Keys in memory, so that most requests need no query for theirs. A key in use is read again in the background once it
/// is <see cref="RefreshAfter"/> old; one older than <see cref="MaxAge"/> lets nobody in. So a change made by another
/// node takes effect here within <see cref="MaxAge"/>; one made here is announced by <see cref="Forget"/> and takes
/// effect at once. That a key does not exist is remembered for <see cref="UnknownMaxAge"/>.
/// </summary>
public sealed class KeyCache(Func<KeyHash, CancellationToken, Task<ApiKey?>> find, TimeProvider clock)
{
    /// <summary>The age at which a key in use is read again.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(2);

    /// <summary>The age up to which a key lets requests in. Source: the contract, "takes effect within 5 s".</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(4);

    /// <summary>How long it is remembered that a key does not exist.</summary>
    public static readonly TimeSpan UnknownMaxAge = TimeSpan.FromSeconds(1);

    /// <summary>The most keys that are remembered.</summary>
    public const int MaxEntries = 10_000;

    private const int MaxLookups = 256;

    private readonly ConcurrentLru<KeyHash, Entry> entries = new(MaxEntries);
    private readonly ConcurrentDictionary<KeyHash, Task<ApiKey?>> lookups = new();

    // Increases with every change made here: what was read during a change is not kept.
    private int changes;

    /// <summary>How many keys are remembered.</summary>
    public int Count => entries.Count;

    /// <summary>Whether memory can answer; <paramref name="key"/> is null when the key is known not to exist.</summary>
    public bool TryFind(KeyHash hash, out ApiKey? key)
    {
        key = null;
        if (!entries.TryGet(hash, out var entry))
            return false;
        var age = clock.GetElapsedTime(entry.AskedAt);
        if (age >= (entry.Key is null ? UnknownMaxAge : MaxAge))
            return false;
        if (entry.Key is not null && age >= RefreshAfter && entry.TryClaimRefresh())
            _ = RefreshAsync(hash);
        key = entry.Key;
        return true;
    }

    /// <summary>
    /// Reads a key from the database. Requests that need the same key at the same time share the query.
    /// </summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    /// <exception cref="Refusal"><see cref="RefusalCode.Overloaded"/>: too many keys are being looked up.</exception>
    public async Task<ApiKey?> FindAsync(KeyHash hash)
    {
        if (lookups.TryGetValue(hash, out var underWay))
            return await underWay;
        // A key that is known is read again all the same, or a flood of others would lock its owner out.
        if (lookups.Count >= MaxLookups && !(entries.TryGet(hash, out var entry) && entry.Key is not null))
            throw new Refusal(RefusalCode.Overloaded, "Too many keys are being looked up. Try again.");
        var mine = new TaskCompletionSource<ApiKey?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = lookups.GetOrAdd(hash, mine.Task);
        if (shared == mine.Task)
            await AnswerAsync(hash, mine);
        return await shared;
    }

    /// <summary>Makes the next request with this key read the database.</summary>
    public void Forget(KeyHash hash)
    {
        Interlocked.Increment(ref changes);
        lookups.TryRemove(hash, out _);
        entries.TryRemove(hash);
    }

    /// <summary>Makes the next request with any key read the database.</summary>
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
                entries.AddOrUpdate(hash, new Entry(key, askedAt));
            answer.SetResult(key);
        }
        catch (Exception e)
        {
            answer.SetException(e);
            // Observed, for a refresh that nobody awaits.
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
            // The entry expires, and the request that then reads the database gets the error.
        }
    }

    private sealed class Entry(ApiKey? key, long askedAt)
    {
        private int refreshing;

        public ApiKey? Key => key;

        public long AskedAt => askedAt;

        public bool TryClaimRefresh() => refreshing == 0 && Interlocked.Exchange(ref refreshing, 1) == 0;
    }
}
