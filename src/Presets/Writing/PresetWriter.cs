namespace Presets;

/// <summary>What bounds a <see cref="PresetWriter"/>.</summary>
public sealed record PresetWriterOptions
{
    /// <summary>How long a head in memory answers after the database or a write confirmed it. Without meaning on a store that is not shared.</summary>
    public TimeSpan HeadMaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether this process has writers of the same preset beside this one, so that a head grows old on a store that is not shared, too.</summary>
    public bool OtherWriters { get; init; }

    /// <summary>How long an append may be tried, from its arrival. A try under way when it ends still runs to the store's own deadline.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The first pause before a failed append is tried again; it doubles each time.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The most drafts that leave together.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>The most bytes that leave together; a single larger draft leaves alone.</summary>
    public int BatchBytes { get; init; } = 4 << 20;
}

/// <summary>
/// The writer of one preset: its head in memory, the queue of drafts, and the healing after a failure. Drafts that arrive while a write is under way leave
/// together in the next one, in the order they came. Correct under any scheduler and with other writers of the same preset elsewhere: the database numbers the versions.
/// </summary>
/// <param name="key">Whose writer this is.</param>
public sealed class PresetWriter(PresetName key, IPresetStore store, QueueBudget budget, PresetWriterOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Queue<Pending> queue = new();
    private PresetAnswer? head;
    private long confirmedAt;
    private long changes;
    private Task<PresetAnswer?>? renewal;
    private long renewalSince;
    private bool writing;
    private bool retired;

    /// <summary>Whose writer this is.</summary>
    public PresetName Key => key;

    /// <summary>Roughly the bytes this writer holds in memory, its queue left out.</summary>
    public int Size => 512 + 2 * key.Slug.Length + (head?.Body.Length ?? 0);

    /// <summary>Whether it was read or written since this was last set to false; for whoever evicts.</summary>
    public bool Touched { get; set; } = true;

    /// <summary>
    /// Ends this writer's life unless a draft or a read is under way: afterwards it takes no more drafts, and another writer may take its place.
    /// </summary>
    public bool TryRetire()
    {
        lock (gate)
        {
            if (writing || queue.Count > 0 || renewal is not null)
                return false;
            return retired = true;
        }
    }

    /// <summary>Whether <see cref="TryRetire"/> succeeded.</summary>
    public bool IsRetired => Volatile.Read(ref retired);

    /// <summary>
    /// Forgets how fresh the head is, so that the next read asks the database. For a host that learns of a write that went past this writer.
    /// </summary>
    public void Invalidate()
    {
        lock (gate)
        {
            changes++;
            head = null;
        }
    }

    /// <summary>The head from memory when it is fresh enough, without waiting.</summary>
    public PresetAnswer? Fresh()
    {
        var answer = Volatile.Read(ref head);
        return answer is not null && IsFresh() ? answer : null;
    }

    /// <summary>
    /// The preset with its designated version, from memory or the database; null when there is none. Concurrent readers share one query.
    /// </summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.Unavailable"/>: the database did not answer.</exception>
    public async ValueTask<PresetAnswer?> GetAsync(CancellationToken cancellationToken)
    {
        Task<PresetAnswer?> task;
        lock (gate)
        {
            Touched = true;
            if (head is not null && IsFresh())
                return head;
            // A query that was asked before a write ended may not have seen it, so who comes after the write does not join it.
            if (renewal is null || renewalSince != changes)
            {
                renewal = RenewAsync(head, changes);
                renewalSince = changes;
            }

            task = renewal;
        }

        try
        {
            // The query is shared, so one reader that leaves must not cancel it.
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            throw new Refusal(RefusalCode.Unavailable, "The database cannot be reached.", inner: failure);
        }
    }

    /// <summary>Stores a draft as the next version; null when this writer has retired.</summary>
    /// <inheritdoc cref="IPresets.AppendAsync"/>
    public Task<AppendAnswer>? AppendAsync(Draft draft, CancellationToken cancellationToken)
    {
        var pending = new Pending(draft, clock.GetTimestamp(), cancellationToken);
        lock (gate)
        {
            if (retired)
                return null;
            if (!budget.TryReserve(draft.Size))
                throw new Refusal(RefusalCode.Overloaded, "Too many writes wait on this node.");
            Touched = true;
            queue.Enqueue(pending);
            if (writing)
                return pending.Task;
            writing = true;
        }

        _ = DrainAsync();
        return pending.Task;
    }

    private bool IsFresh() =>
        (!store.IsShared && !options.OtherWriters) || clock.GetElapsedTime(Volatile.Read(ref confirmedAt)) < options.HeadMaxAge;

    private async Task<PresetAnswer?> RenewAsync(PresetAnswer? seen, long changesSeen)
    {
        // Leave the caller's lock before anything runs.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var asked = clock.GetTimestamp();
        try
        {
            var confirmed = false;
            if (seen is not null)
            {
                var current = await store.FindRevisionAsync(key, CancellationToken.None).ConfigureAwait(false);
                confirmed = current is { } now && now.Id == seen.PresetId && now.Revision == seen.Revision;
            }

            var found = confirmed ? seen : await LoadAsync().ConfigureAwait(false);
            lock (gate)
            {
                // A write that ended meanwhile has left a newer head than this query can have seen.
                if (changes == changesSeen)
                {
                    head = found;
                    confirmedAt = asked;
                }

                return head ?? found;
            }
        }
        finally
        {
            lock (gate)
                if (renewalSince == changesSeen)
                    renewal = null;
        }
    }

    private async Task<PresetAnswer?> LoadAsync() =>
        await store.FindAsync(key, CancellationToken.None).ConfigureAwait(false) is { } loaded ? PresetJson.AnswerOf(loaded) : null;

    private async Task DrainAsync()
    {
        while (Take() is { } batch)
            await WriteAsync(batch).ConfigureAwait(false);
    }

    /// <summary>The drafts of the next write, or null when none wait and the writer may rest.</summary>
    private List<Pending>? Take()
    {
        List<Pending>? expired = null;
        List<Pending>? batch = null;
        lock (gate)
        {
            var bytes = 0L;
            while (queue.TryPeek(out var next))
            {
                if (next.Cancellation.IsCancellationRequested || clock.GetElapsedTime(next.ArrivedAt) > options.Deadline)
                {
                    (expired ??= []).Add(queue.Dequeue());
                    continue;
                }

                bytes += next.Draft.Size;
                if (batch is not null && (batch.Count == options.BatchRows || bytes > options.BatchBytes))
                    break;
                (batch ??= new(Math.Min(queue.Count, options.BatchRows))).Add(queue.Dequeue());
            }

            if (batch is null)
                writing = false;
        }

        if (expired is not null)
            foreach (var late in expired)
                Leave(late);
        return batch;
    }

    /// <summary>Answers a draft that never left for the database.</summary>
    private void Leave(Pending pending)
    {
        budget.Release(pending.Draft.Size);
        if (pending.Cancellation.IsCancellationRequested)
            pending.TrySetCanceled(pending.Cancellation);
        else
            pending.TrySetException(new Refusal(RefusalCode.Unavailable, "The database did not answer in time; nothing was stored."));
    }

    private async Task WriteAsync(List<Pending> batch)
    {
        var drafts = batch.Count == 1 ? new[] { batch[0].Draft } : batch.ConvertAll(pending => pending.Draft).ToArray();
        var inDoubt = false;
        var pause = options.Pause;
        while (true)
        {
            var asked = clock.GetTimestamp();
            try
            {
                Settle(batch, await store.AppendAsync(key, drafts).ConfigureAwait(false), asked);
                return;
            }
            catch (StoreException failure)
            {
                Invalidate();
                if (failure.Kind == StoreFailure.InDoubt)
                {
                    inDoubt = true;
                    drafts = Array.ConvertAll(drafts, draft => draft with { MayBeStored = true });
                }

                if (clock.GetElapsedTime(batch[0].ArrivedAt) + pause > options.Deadline)
                {
                    Fail(batch, () => inDoubt
                        ? new Refusal(RefusalCode.OutcomeUnknown, "The connection to the database broke while the version was being stored; whether it was is not known.", inner: failure)
                        : new Refusal(RefusalCode.Unavailable, "The database cannot be reached; nothing was stored.", inner: failure));
                    return;
                }
            }
            catch (Exception defect)
            {
                Invalidate();
                Fail(batch, () => new InvalidOperationException("An append failed in a way the store does not know.", defect));
                return;
            }

            // The ids are the same, so the store finds what an attempt in doubt has stored, after any lock that attempt still holds.
            await Task.Delay(pause, clock).ConfigureAwait(false);
            pause *= 2;
        }
    }

    private void Settle(List<Pending> batch, AppendResult result, long asked)
    {
        PresetAnswer? newest = null;
        var answers = new (AppendAnswer Answer, Refusal? Refusal)[batch.Count];
        for (var i = 0; i < answers.Length; i++)
            switch (result.Outcomes[i])
            {
                case DraftOutcome.Stored stored:
                    newest = AnswerOf(result.Preset!, batch[i].Draft, stored);
                    answers[i] = (new AppendAnswer(newest, Replayed: false), null);
                    break;
                case DraftOutcome.Earlier earlier:
                    answers[i] = (new AppendAnswer(AnswerOf(result.Preset!, earlier.Version), earlier.Replayed), null);
                    break;
                case DraftOutcome.Refused refused:
                    answers[i] = (default, new Refusal(refused.Code, refused.Message, inner: refused.Cause));
                    break;
            }

        lock (gate)
        {
            changes++;
            // Without a version of its own this append has seen the preset, but not its designated version's text.
            head = newest is not null && newest.Revision == result.Preset!.Revision ? newest : null;
            confirmedAt = asked;
        }

        for (var i = 0; i < answers.Length; i++)
        {
            budget.Release(batch[i].Draft.Size);
            if (answers[i].Refusal is { } refusal)
                batch[i].TrySetException(refusal);
            else
                batch[i].TrySetResult(answers[i].Answer);
        }
    }

    private void Fail(List<Pending> batch, Func<Exception> exception)
    {
        foreach (var pending in batch)
        {
            budget.Release(pending.Draft.Size);
            pending.TrySetException(exception());
        }
    }

    private static PresetAnswer AnswerOf(Preset preset, Draft draft, DraftOutcome.Stored stored) =>
        AnswerOf(
            preset with { Revision = stored.Revision },
            new PresetVersion(draft.VersionId, preset.Id, stored.Version, draft.CreatorId, stored.CreatedAt, draft.Config, draft.SystemPrompt));

    /// <summary>The answer of the append that stored <paramref name="version"/>: the preset as it was just then.</summary>
    private static PresetAnswer AnswerOf(Preset preset, PresetVersion version) =>
        PresetJson.AnswerOf(new PresetHead(
            preset with
            {
                UpdatedAt = version.CreatedAt,
                LatestVersion = version.Version,
                DesignatedVersion = version.Version,
                DesignatedVersionId = version.Id,
            },
            version));

    /// <summary>A draft that waits for its answer.</summary>
    private sealed class Pending(Draft draft, long arrivedAt, CancellationToken cancellation)
        : TaskCompletionSource<AppendAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Draft Draft => draft;

        public long ArrivedAt => arrivedAt;

        public CancellationToken Cancellation => cancellation;
    }
}
