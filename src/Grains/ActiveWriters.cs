using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Presets.Grains;

/// <summary>
/// The writers of the preset grains that are active on this silo. A request that reaches the node its preset's grain is on joins the writer's queue at once, as on a single
/// node, instead of sending a message to its own process: the writer keeps the order itself, whichever thread it is called on, so nothing is lost by that but the message's cost.
/// When there are more of them than the node may keep, those that were not used lately are deactivated: idle collection alone would let a node
/// that is asked for very many presets grow for as long as the idle time.
/// </summary>
/// <param name="longest">
/// How long a writer may be found here after the last message to its grain. Orleans collects a grain by the age of that message, so now and then a request has to be one.
/// </param>
/// <param name="most">The most grains that stay active.</param>
public sealed class ActiveWriters(TimeSpan longest, int most)
{
    private readonly ConcurrentDictionary<PresetName, Entry> entries = new();

    // Clock eviction: a writer that was used since it was last looked at goes to the back of the line once more.
    private readonly ConcurrentQueue<Entry> line = new();
    private readonly long longestTicks = (long)longest.TotalMilliseconds;
    private int count;

    /// <summary>How many preset grains are active on this silo.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>The writer of a preset whose grain is here, unless its grain is due for a message.</summary>
    public bool TryFind(PresetName key, [NotNullWhen(true)] out PresetWriter? writer)
    {
        if (entries.TryGetValue(key, out var entry) && Environment.TickCount64 - Volatile.Read(ref entry.CalledAt) < longestTicks)
        {
            writer = entry.Writer;
            if (!writer.Touched)
                writer.Touched = true;
            return true;
        }

        writer = null;
        return false;
    }

    /// <summary>A grain has become active.</summary>
    /// <param name="deactivate">Begins its deactivation; may be called on any thread.</param>
    internal Entry Add(PresetWriter writer, Action deactivate)
    {
        var entry = new Entry(writer, deactivate);
        while (!entries.TryAdd(writer.Name, entry))
            if (entries.TryGetValue(writer.Name, out var former))
                Remove(former);
        Interlocked.Increment(ref count);
        line.Enqueue(entry);
        Look();
        return entry;
    }

    /// <summary>It no longer is; the next activation's entry stays.</summary>
    internal void Remove(Entry entry)
    {
        if (entries.TryRemove(new(entry.Writer.Name, entry)))
            Interlocked.Decrement(ref count);
        entry.IsGone = true;
    }

    /// <summary>Looks at two entries for each that is added, so that the line forgets those that are gone, and at more while there are too many, though at each twice at the most.</summary>
    private void Look()
    {
        for (var looks = 0; (looks < 2 || Count > most) && looks <= 2 * line.Count && line.TryDequeue(out var oldest); looks++)
        {
            if (oldest.IsGone)
                continue;
            if (Count > most && !oldest.Writer.Touched)
            {
                Remove(oldest);
                oldest.Deactivate();
                continue;
            }

            if (Count > most)
                oldest.Writer.Touched = false;
            line.Enqueue(oldest);
        }
    }

    /// <summary>One active grain.</summary>
    internal sealed class Entry(PresetWriter writer, Action deactivate)
    {
        /// <summary>When the grain got its last message, on <see cref="Environment.TickCount64"/>.</summary>
        public long CalledAt = Environment.TickCount64;

        public PresetWriter Writer => writer;

        public bool IsGone { get; set; }

        public void Deactivate() => deactivate();
    }
}
