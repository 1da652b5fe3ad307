using System.Collections.Concurrent;

namespace Presets;

/// <summary>
/// Presets whose writers live in this process. Writers that were not used lately are dropped when their states take
/// more than the given memory; a writer with changes queued or a read under way is kept.
/// </summary>
public sealed class LocalPresets(
    IPresetStore store, QueueBudget budget, PresetWriterOptions options, TimeProvider clock)
    : IPresets
{
    private readonly ConcurrentDictionary<PresetName, Slot> slots = new();
    private readonly ClockEviction eviction = new(options.HeadCacheBytes);

    /// <summary>Roughly the memory that writers take now, in bytes.</summary>
    public long Bytes => eviction.Total;

    /// <inheritdoc/>
    public ValueTask<PresetSnapshot?> GetAsync(PresetName name, CancellationToken cancellationToken)
    {
        if (slots.TryGetValue(name, out var slot) && slot.Writer.Fresh() is { } answer)
        {
            slot.Writer.Touched = true;
            return new(answer);
        }

        return LoadAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeAnswer> ChangeAsync(
        PresetName name, Change change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var slot = SlotOf(name);
            try
            {
                if (slot.Writer.ChangeAsync(change, cancellationToken) is { } answer)
                    return await answer.ConfigureAwait(false);
            }
            finally
            {
                // After a failure too: the writer is there, and takes memory.
                eviction.Weigh(slot, slot.Writer.Size);
            }
        }
    }

    /// <summary>As <see cref="GetAsync"/>, from a query that is sent now.</summary>
    public ValueTask<PresetSnapshot?> RenewAsync(PresetName name, CancellationToken cancellationToken)
    {
        SlotOf(name).Writer.Invalidate();
        return LoadAsync(name, cancellationToken);
    }

    private async ValueTask<PresetSnapshot?> LoadAsync(PresetName name, CancellationToken cancellationToken)
    {
        var slot = SlotOf(name);
        try
        {
            return await slot.Writer.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            eviction.Weigh(slot, slot.Writer.Size);
        }
    }

    private Slot SlotOf(PresetName name)
    {
        while (true)
        {
            if (slots.TryGetValue(name, out var known) && !known.Writer.IsRetired)
                return known;
            var slot = new Slot(this, new PresetWriter(name, store, budget, options, clock));
            if (slots.TryAdd(name, slot))
            {
                // Its weight is known after its first work.
                eviction.Add(slot, weight: 0);
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
