using System.Collections.Concurrent;

namespace Presets;

/// <summary>
/// Values in memory that share a budget with others: those that were not used lately make room. May be used from many
/// threads at once.
/// </summary>
public sealed class WeighedCache<TKey, TValue>(ClockEviction eviction)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, Entry> entries = new();

    /// <summary>The value of <paramref name="key"/>; null when there is none.</summary>
    public TValue? Find(TKey key)
    {
        if (!entries.TryGetValue(key, out var entry))
            return null;
        if (!entry.Touched)
            entry.Touched = true;
        return entry.Value;
    }

    /// <summary>Puts a value in, in place of the former one.</summary>
    /// <param name="weight">Roughly the bytes it takes.</param>
    public void Set(TKey key, TValue value, int weight)
    {
        if (entries.TryGetValue(key, out var known))
        {
            known.Value = value;
            eviction.Weigh(known, weight);
            return;
        }

        var entry = new Entry(this, key, value);
        // Of two that are put in at the same moment, either will do.
        if (entries.TryAdd(key, entry))
            eviction.Add(entry, weight);
    }

    private sealed class Entry(WeighedCache<TKey, TValue> owner, TKey key, TValue value) : ClockEviction.Entry
    {
        public TValue Value { get; set; } = value;

        public override bool Touched { get; set; }

        public override bool TryEvict()
        {
            owner.entries.TryRemove(new(key, this));
            return true;
        }
    }
}
