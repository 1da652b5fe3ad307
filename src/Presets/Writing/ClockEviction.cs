using System.Collections.Concurrent;

namespace Presets;

/// <summary>
/// Keeps the weight of its entries near a budget by clock eviction: entries stand in a line, and one that was used
/// since it was last looked at goes to the back once more. May be used from many threads at once.
/// </summary>
/// <param name="budget">The total weight above which entries are evicted; busy entries may exceed it.</param>
public sealed class ClockEviction(long budget)
{
    private readonly ConcurrentQueue<Entry> line = new();
    private long total;
    private int goneInLine;

    /// <summary>The weight of all entries now.</summary>
    public long Total => Interlocked.Read(ref total);

    /// <summary>Takes an entry into the line, and evicts others while the budget is exceeded.</summary>
    public void Add(Entry entry, int weight)
    {
        // Two looks for each new entry keep the line from filling with entries that were removed.
        Weigh(entry, weight, leastLooks: Volatile.Read(ref goneInLine) > 0 ? 2 : 0);
        // After that, so that an entry does not leave before its first use.
        line.Enqueue(entry);
    }

    /// <summary>Records how heavy an entry has become, and evicts while the budget is exceeded.</summary>
    public void Weigh(Entry entry, int weight) => Weigh(entry, weight, leastLooks: 0);

    /// <summary>Removes an entry that was not evicted; does nothing when it is gone already.</summary>
    public void Remove(Entry entry)
    {
        if (Interlocked.Exchange(ref entry.Gone, 1) != 0)
            return;
        Interlocked.Increment(ref goneInLine);
        Unload(entry);
    }

    private void Weigh(Entry entry, int weight, int leastLooks)
    {
        Interlocked.Add(ref total, weight - Interlocked.Exchange(ref entry.Weight, weight));
        // It may have been evicted while its owner still worked with it.
        if (Volatile.Read(ref entry.Gone) != 0)
            Unload(entry);
        Look(leastLooks);
    }

    /// <summary>Looks at each entry twice at most: when all are busy, the total stays above the budget.</summary>
    private void Look(int least)
    {
        if (least == 0 && Total <= budget)
            return;
        var most = 2 * line.Count;
        for (var looks = 0; looks < most && (looks < least || Total > budget); looks++)
        {
            if (!line.TryDequeue(out var entry))
                return;
            if (!Leaves(entry))
                line.Enqueue(entry);
        }
    }

    /// <summary>Whether an entry that was taken from the line does not return to it.</summary>
    private bool Leaves(Entry entry)
    {
        if (Volatile.Read(ref entry.Gone) != 0)
        {
            Interlocked.Decrement(ref goneInLine);
            return true;
        }

        if (Total <= budget)
            return false;
        if (entry.Touched || !entry.TryEvict())
        {
            entry.Touched = false;
            return false;
        }

        // Removed at the same moment: then that removal has counted it as one in the line.
        if (Interlocked.Exchange(ref entry.Gone, 1) != 0)
            Interlocked.Decrement(ref goneInLine);
        Unload(entry);
        return true;
    }

    private void Unload(Entry entry) => Interlocked.Add(ref total, -Interlocked.Exchange(ref entry.Weight, 0));

    /// <summary>What can be evicted.</summary>
    public abstract class Entry
    {
        internal int Weight;
        internal int Gone;

        /// <summary>Whether it was used since this was last set to false.</summary>
        public abstract bool Touched { get; set; }

        /// <summary>Ends the entry's use, unless it is busy. Not called again after it has returned true.</summary>
        /// <returns>Whether the entry leaves.</returns>
        public abstract bool TryEvict();
    }
}
