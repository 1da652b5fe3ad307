using System.Collections.Concurrent;

namespace Presets;

/// <summary>
/// Presets whose writers live in this process. Writers that were not used lately are dropped when their heads take
/// more than the given memory; one with changes queued or a read under way never is.
/// </summary>
/// <param name="headCacheBytes">The memory for heads, in bytes.</param>
public sealed class LocalPresets(
    IPresetStore store, QueueBudget budget, PresetWriterOptions options, long headCacheBytes, TimeProvider clock) : IPresets
{
    private readonly ConcurrentDictionary<PresetName, Slot> writers = new();

    // Clock eviction: a writer that was used since it was last looked at goes to the back of the line once more.
    private readonly ConcurrentQueue<Slot> line = new();
    private long bytes;

    /// <summary>Roughly the memory that writers take now, in bytes.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <inheritdoc/>
    public ValueTask<PresetSnapshot?> GetAsync(PresetName key, CancellationToken cancellationToken)
    {
        if (writers.TryGetValue(key, out var slot) && slot.Writer.Fresh() is { } answer)
        {
            slot.Writer.Touched = true;
            return new(answer);
        }

        return LoadAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeAnswer> ChangeAsync(PresetName key, Change change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var slot = SlotOf(key);
            try
            {
                if (slot.Writer.ChangeAsync(change, cancellationToken) is { } answer)
                    return await answer.ConfigureAwait(false);
            }
            finally
            {
                // After a failure too: the writer is there, and takes memory.
                Account(slot);
            }
        }
    }

    /// <summary>Makes the next read of <paramref name="key"/> ask the database: another writer has changed it.</summary>
    public void Invalidate(PresetName key)
    {
        if (writers.TryGetValue(key, out var slot))
            slot.Writer.Invalidate();
    }

    private async ValueTask<PresetSnapshot?> LoadAsync(PresetName key, CancellationToken cancellationToken)
    {
        var slot = SlotOf(key);
        try
        {
            return await slot.Writer.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Account(slot);
        }
    }

    private Slot SlotOf(PresetName key)
    {
        while (true)
        {
            if (writers.TryGetValue(key, out var known) && !known.Writer.IsRetired)
                return known;
            var slot = new Slot(new PresetWriter(key, store, budget, options, clock));
            if (writers.TryAdd(key, slot))
            {
                line.Enqueue(slot);
                return slot;
            }
        }
    }

    /// <summary>Takes note of how large a writer has become, and makes room.</summary>
    private void Account(Slot slot)
    {
        var size = slot.Writer.Size;
        var grown = size - Interlocked.Exchange(ref slot.Accounted, size);
        var total = Interlocked.Add(ref bytes, grown);
        if (slot.Writer.IsRetired)
        {
            // Dropped while its last answer was on the way.
            Interlocked.Add(ref bytes, -Interlocked.Exchange(ref slot.Accounted, 0));
            return;
        }

        if (total <= headCacheBytes)
            return;

        // Each writer in line is looked at twice at the most: when all are busy, memory is the queue budget's concern.
        for (var looks = 2 * line.Count; looks > 0 && Bytes > headCacheBytes && line.TryDequeue(out var oldest); looks--)
        {
            if (oldest.Writer.Touched || !oldest.Writer.TryRetire())
            {
                oldest.Writer.Touched = false;
                line.Enqueue(oldest);
                continue;
            }

            writers.TryRemove(new(oldest.Writer.Name, oldest));
            Interlocked.Add(ref bytes, -Interlocked.Exchange(ref oldest.Accounted, 0));
        }
    }

    private sealed class Slot(PresetWriter writer)
    {
        public int Accounted;

        public PresetWriter Writer => writer;
    }
}
