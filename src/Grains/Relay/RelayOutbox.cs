using System.Collections.Concurrent;

namespace Presets.Grains;

/// <summary>
/// What waits to be sent to one silo. A message costs the same sockets and threads whether it carries one item or many,
/// so what is added while the thread pool is busy leaves together. When it is not busy, an item leaves at once.
/// </summary>
/// <param name="sizeOf">Roughly the bytes of an item.</param>
/// <param name="send">Sends one message; must not throw.</param>
internal sealed class RelayOutbox<T>(Func<T, int> sizeOf, Action<T[]> send) : IThreadPoolWorkItem
{
    /// <summary>The most items of a message.</summary>
    public const int MostItems = 64;

    /// <summary>The bytes at which a message is full; the item that fills it may be larger.</summary>
    public const int MostBytes = 256 << 10;

    private readonly ConcurrentQueue<T> queue = new();
    private int scheduled;

    public void Add(T item)
    {
        queue.Enqueue(item);
        if (Volatile.Read(ref scheduled) == 0 && Interlocked.Exchange(ref scheduled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void Execute()
    {
        // Before anything is taken: an item that is added from here on either is seen below or schedules again.
        Interlocked.Exchange(ref scheduled, 0);
        var items = new List<T>();
        var bytes = 0;
        while (queue.TryDequeue(out var item))
        {
            items.Add(item);
            bytes += sizeOf(item);
            if (items.Count < MostItems && bytes < MostBytes)
                continue;
            send([.. items]);
            items.Clear();
            bytes = 0;
        }

        if (items.Count > 0)
            send([.. items]);
    }
}
