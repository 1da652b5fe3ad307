using System.Collections.Concurrent;

namespace Presets;

/// <summary>
/// Presets whose writers live in this process. Writers that were not used lately are dropped when all take more than
/// the given memory; a writer with changes queued or a read under way is kept.
/// </summary>
public sealed class LocalPresets(
    IPresetStore store, QueueBudget budget, PresetWriterOptions options, ClockEviction eviction, TimeProvider clock)
    : IPresets
{
    private readonly ConcurrentDictionary<PresetName, Slot> slots = new();

    /// <inheritdoc/>
    public ValueTask<PresetSnapshot?> GetAsync(PresetName name, CancellationToken cancellationToken)
    {
        if (slots.TryGetValue(name, out var slot) && slot.Writer.Fresh() is { } answer)
        {
            slot.Writer.Touched = true;
            return new(answer);
        }

        return SlotOf(name).Writer.GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<PresetSnapshot?> GetCopyAsync(
        PresetName name, TimeSpan maxAge, CancellationToken cancellationToken) => GetAsync(name, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ChangeAnswer> ChangeAsync(PresetName name, Change change, CancellationToken cancellationToken)
    {
        while (true)
            if (SlotOf(name).Writer.ChangeAsync(change, cancellationToken) is { } answer)
                return new(answer);
    }

    /// <summary>As <see cref="GetAsync"/>, from a query that is sent now.</summary>
    public ValueTask<PresetSnapshot?> RenewAsync(PresetName name, CancellationToken cancellationToken)
    {
        var writer = SlotOf(name).Writer;
        writer.Invalidate();
        return writer.GetAsync(cancellationToken);
    }

    private Slot SlotOf(PresetName name)
    {
        while (true)
        {
            if (slots.TryGetValue(name, out var known) && !known.Writer.IsRetired)
                return known;
            Slot slot = null!;
            var writer = new PresetWriter(
                name, store, budget, options, clock, () => eviction.Weigh(slot, slot.Writer.Size));
            slot = new Slot(this, writer);
            if (slots.TryAdd(name, slot))
            {
                eviction.Add(slot, writer.Size);
                return slot;
            }
        }
    }

    private sealed class Slot(LocalPresets owner, PresetWriter writer) : ClockEviction.Entry
    {
        public PresetWriter Writer => writer;

        public override bool Touched
        {
            get => writer.Touched;
            set => writer.Touched = value;
        }

        public override bool TryEvict()
        {
            if (!writer.TryRetire())
                return false;
            owner.slots.TryRemove(new(writer.Name, this));
            return true;
        }
    }
}
