using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Presets.Grains;

/// <summary>
/// The writers of the preset grains that are active on this silo. A request that reaches the node its preset's grain is on joins the writer's queue at once, as on a single
/// node, instead of sending a message to its own process: the writer keeps the order itself, whichever thread it is called on, so nothing is lost by that but the message's cost.
/// </summary>
/// <param name="longest">
/// How long a writer may be found here after the last message to its grain. Orleans collects a grain by the age of that message, so now and then a request has to be one.
/// </param>
public sealed class ActiveWriters(TimeSpan longest)
{
    private readonly ConcurrentDictionary<PresetKey, Entry> entries = new();
    private readonly long longestTicks = (long)longest.TotalMilliseconds;

    /// <summary>How many preset grains are active on this silo.</summary>
    public int Count => entries.Count;

    /// <summary>The writer of a preset whose grain is here, unless its grain is due for a message.</summary>
    public bool TryFind(PresetKey key, [NotNullWhen(true)] out PresetWriter? writer)
    {
        if (entries.TryGetValue(key, out var entry) && Environment.TickCount64 - Volatile.Read(ref entry.CalledAt) < longestTicks)
        {
            writer = entry.Writer;
            return true;
        }

        writer = null;
        return false;
    }

    /// <summary>A grain has become active.</summary>
    internal Entry Add(PresetWriter writer) => entries[writer.Key] = new Entry(writer);

    /// <summary>It no longer is; the next activation's entry stays.</summary>
    internal void Remove(Entry entry) => entries.TryRemove(new(entry.Writer.Key, entry));

    /// <summary>One active grain.</summary>
    internal sealed class Entry(PresetWriter writer)
    {
        /// <summary>When the grain got its last message, on <see cref="Environment.TickCount64"/>.</summary>
        public long CalledAt = Environment.TickCount64;

        public PresetWriter Writer => writer;
    }
}
