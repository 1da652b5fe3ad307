namespace Presets;

/// <summary>Something that waits in a <see cref="BatchQueue{T}"/>.</summary>
public interface IWaiting
{
    /// <summary>When it arrived, as <see cref="TimeProvider.GetTimestamp"/>.</summary>
    long ArrivedAt { get; }

    /// <summary>How many rows of the database it is about.</summary>
    int Rows { get; }

    /// <summary>Roughly the bytes it sends.</summary>
    int Bytes { get; }

    /// <summary>Whether nobody waits for it any more.</summary>
    bool IsCancelled { get; }

    /// <summary>
    /// Answers it, because it was cancelled or its turn did not come within <see cref="TimeBudget.Turn"/>.
    /// </summary>
    void GiveUp();
}

/// <summary>
/// Requests that wait for the next batch. What arrives while a batch is under way leaves together in the next one, in
/// the order it came. Whoever is told so by <see cref="Add"/> takes batches until there are none.
/// </summary>
public sealed class BatchQueue<T>(int mostRows, int mostBytes, TimeProvider clock)
    where T : IWaiting
{
    private readonly Lock gate = new();
    private readonly Queue<T> queue = new();
    private bool draining;

    /// <summary>Whether nothing waits and no batch is under way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
                return !draining;
        }
    }

    /// <summary>Adds a request.</summary>
    /// <returns>Whether the caller has to call <see cref="Take"/> until it returns null; nobody else does.</returns>
    public bool Add(T request)
    {
        lock (gate)
        {
            queue.Enqueue(request);
            if (draining)
                return false;
            return draining = true;
        }
    }

    /// <summary>Takes the requests of the next batch, and gives up those that have waited too long.</summary>
    /// <param name="mayJoin">
    /// Is asked in order whether a request may leave with those before it; the first always does. Null when all may.
    /// </param>
    /// <returns>At least one request, or null: the queue is empty, and the next <see cref="Add"/> says so.</returns>
    public List<T>? Take(Func<T, bool>? mayJoin = null)
    {
        List<T>? late = null;
        List<T>? batch = null;
        lock (gate)
        {
            var rows = 0;
            var bytes = 0L;
            while (queue.TryPeek(out var next))
            {
                if (next.IsCancelled || clock.GetElapsedTime(next.ArrivedAt) > TimeBudget.Turn)
                {
                    (late ??= []).Add(queue.Dequeue());
                    continue;
                }

                rows += next.Rows;
                bytes += next.Bytes;
                var joins = mayJoin?.Invoke(next) ?? true;
                if (batch is not null && (!joins || rows > mostRows || bytes > mostBytes))
                    break;
                (batch ??= new List<T>(Math.Min(queue.Count, mostRows))).Add(queue.Dequeue());
            }

            draining = batch is not null;
        }

        if (late is not null)
            foreach (var request in late)
                request.GiveUp();
        return batch;
    }
}
