using Npgsql;

namespace Presets.Storage;

/// <summary>
/// The appends of Postgres. Drafts of different presets that wait at the same moment share a statement and its commit (<see cref="AppendTogether"/>); whatever
/// that statement cannot decide is appended in a transaction of its own (<see cref="AppendAlone"/>).
/// </summary>
internal sealed class PostgresPresetStore(PostgresDatabase database, TimeProvider clock) : PresetStore(database), IAsyncDisposable
{
    // One group commit at a time, and not more rows than this in it: with several, or larger ones, the server's two cores
    // were busier and the slowest answers slower (./bench).
    private const int BatchRows = 64;
    private const int BatchBytes = 4 << 20;

    // A statement that hangs ends at its timeout; what waits behind it must not hang as long again, and again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    // An append alone may wait for a row lock; these may wait beside each other.
    private readonly SemaphoreSlim aloneSlots = new(8);
    private readonly Lock gate = new();
    private readonly Queue<PendingAppend> queue = new();
    private readonly AppendTogether together = new(database, clock);
    private readonly AppendAlone alone = new(database, clock);
    private readonly RevisionQuery revisions = new(database);
    private bool committing;
    private int lastRows;

    /// <inheritdoc/>
    public override Task<AppendResult> AppendAsync(PresetName key, IReadOnlyList<Draft> drafts)
    {
        var pending = new PendingAppend(key, drafts);
        // Keys are unique over all presets of a workspace, so a draft with one may conflict with any other; and a draft that is stored already
        // would cost its neighbours their statement.
        if (drafts.Any(draft => draft.Idempotency is not null || draft.MayBeStored))
        {
            _ = AloneAsync(pending);
            return pending.Task;
        }

        bool single;
        lock (gate)
        {
            queue.Enqueue(pending);
            if (committing)
                return pending.Task;
            committing = true;
            single = lastRows <= 1;
        }

        // Where drafts come in company, the requests that are ready to run go first and join this batch; a single client would only wait.
        if (single)
            _ = DrainAsync();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static store => _ = store.DrainAsync(), this, preferLocal: false);
        return pending.Task;
    }

    /// <inheritdoc/>
    public override Task RehearseAsync() => together.AppendAsync([]);

    /// <inheritdoc/>
    public override Task<(Guid Id, long Revision)?> FindRevisionAsync(PresetName key, CancellationToken cancellationToken) =>
        revisions.AskAsync(key).WaitAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        aloneSlots.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task DrainAsync()
    {
        while (Take() is { } batch)
            await TogetherAsync(batch).ConfigureAwait(false);
    }

    private List<PendingAppend>? Take()
    {
        lock (gate)
        {
            while (queue.TryPeek(out var oldest) && oldest.Waited > LongestWait)
                queue.Dequeue().GiveUp();
            if (queue.Count == 0)
            {
                committing = false;
                return null;
            }

            var batch = new List<PendingAppend>(Math.Min(queue.Count, BatchRows));
            HashSet<PresetName>? keys = null;
            var rows = 0;
            var bytes = 0;
            while (queue.TryPeek(out var next))
            {
                rows += next.Drafts.Count;
                bytes += next.Bytes;
                if (batch.Count > 0 && (rows > BatchRows || bytes > BatchBytes || !(keys ??= [batch[0].Key]).Add(next.Key)))
                    break;
                batch.Add(queue.Dequeue());
                lastRows = rows;
            }

            return batch;
        }
    }

    private async Task TogetherAsync(List<PendingAppend> batch)
    {
        try
        {
            var results = await together.AppendAsync(batch).ConfigureAwait(false);
            var left = 0;
            for (var i = 0; i < results.Length; i++)
                if (results[i] is { } result)
                    batch[i].TrySetResult(result);
                else
                {
                    left++;
                    _ = AloneAsync(batch[i]);
                }

            AppendMetrics.Alone(left);
        }
        catch (PostgresException refused) when (PostgresFailure.IsRefusedValue(refused))
        {
            // One of them is at fault; nothing was stored. Each is tried by itself, and only the one at fault is refused.
            AppendMetrics.Alone(batch.Count);
            foreach (var pending in batch)
                _ = AloneAsync(pending);
        }
        catch (Exception exception)
        {
            foreach (var pending in batch)
                pending.TrySetException(exception);
        }
    }

    private async Task AloneAsync(PendingAppend pending)
    {
        var left = LongestWait - pending.Waited;
        if (!await aloneSlots.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false))
        {
            pending.GiveUp();
            return;
        }

        try
        {
            pending.TrySetResult(await alone.AppendAsync(pending.Key, pending.Drafts).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            pending.TrySetException(exception);
        }
        finally
        {
            aloneSlots.Release();
        }
    }
}
