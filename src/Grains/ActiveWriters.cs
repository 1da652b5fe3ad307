using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Presets.Grains;

/// <summary>
/// The writers of the preset grains that are active on this silo. A request that reaches the node of its preset's grain
/// joins the writer's queue at once, as on a single node, instead of sending a message to its own process. The writer
/// keeps the order itself, whichever thread it is called on, so only the cost of the message is saved. When they take
/// more memory than they may, those that were not used lately are deactivated: idle collection alone would let a node
/// that is asked for very many presets grow for as long as the idle time.
/// </summary>
internal sealed class ActiveWriters(ClusterNodeOptions options, ClockEviction eviction, TimeProvider clock)
{
    // About what an active grain takes beside its writer, in bytes.
    private const int Activation = 4096;

    private readonly ConcurrentDictionary<PresetName, Entry> entries = new();

    // Orleans collects a grain by the age of its last message, so now and then a request has to be one.
    private readonly TimeSpan longestWithoutMessage = options.GrainIdleTime / 4;

    /// <summary>How many preset grains are active on this silo.</summary>
    public int Count => entries.Count;

    /// <summary>The writer of a preset whose grain is here, unless its grain is due for a message.</summary>
    public bool TryFind(PresetName name, [NotNullWhen(true)] out PresetWriter? writer)
    {
        if (entries.TryGetValue(name, out var entry)
            && clock.GetElapsedTime(Volatile.Read(ref entry.CalledAt)) < longestWithoutMessage)
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
    /// <param name="newWriter">Makes its writer, which calls the action when its size may have changed.</param>
    /// <param name="deactivate">Begins its deactivation; may be called on any thread.</param>
    public Entry Add(Func<Action, PresetWriter> newWriter, Action deactivate)
    {
        Entry entry = null!;
        var writer = newWriter(() => eviction.Weigh(entry, Activation + entry.Writer.Size));
        entry = new Entry(this, writer, deactivate) { CalledAt = clock.GetTimestamp() };
        while (!entries.TryAdd(writer.Name, entry))
            if (entries.TryGetValue(writer.Name, out var former))
                Remove(former);
        eviction.Add(entry, Activation + writer.Size);
        return entry;
    }

    /// <summary>The grain got a message.</summary>
    public void Called(Entry entry) => Volatile.Write(ref entry.CalledAt, clock.GetTimestamp());

    /// <summary>The grain is no longer active; the entry of its next activation stays.</summary>
    public void Remove(Entry entry)
    {
        entries.TryRemove(new(entry.Writer.Name, entry));
        eviction.Remove(entry);
    }

    /// <summary>One active grain.</summary>
    internal sealed class Entry(ActiveWriters owner, PresetWriter writer, Action deactivate) : ClockEviction.Entry
    {
        /// <summary>The clock's timestamp of the grain's last message.</summary>
        public long CalledAt;

        public PresetWriter Writer => writer;

        public override bool Touched
        {
            get => writer.Touched;
            set => writer.Touched = value;
        }

        public override bool TryEvict()
        {
            owner.entries.TryRemove(new(writer.Name, this));
            deactivate();
            return true;
        }
    }
}
