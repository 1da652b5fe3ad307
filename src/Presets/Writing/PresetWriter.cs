namespace Presets;

/// <summary>
/// The writer of one preset: its state in memory, the queue of changes, and the healing after a failure. Changes that
/// arrive while a commit is under way leave together in the next one, in the order they came. Correct under any
/// scheduler and with other writers of the same preset elsewhere: the store decides on what is stored, not on what is
/// remembered here.
/// </summary>
/// <param name="name">Whose writer this is.</param>
/// <param name="resized">Is called when <see cref="Size"/> may have changed; for whoever evicts.</param>
public sealed class PresetWriter(
    PresetName name,
    IPresetStore store,
    QueueBudget budget,
    PresetWriterOptions options,
    TimeProvider clock,
    Action? resized = null)
{
    private readonly Lock gate = new();
    private readonly BatchQueue<WaitingChange> queue = new(options.BatchRows, options.BatchBytes, clock);
    private readonly PresetMemory memory = new(name, store, options, clock, resized);
    private bool retired;

    /// <summary>Whose writer this is.</summary>
    public PresetName Name => name;

    /// <summary>Roughly the bytes this writer holds in memory, its queue left out.</summary>
    public int Size => 512 + 2 * name.Slug.Length + memory.Size;

    /// <summary>Whether it was read or written since this was last set to false; for whoever evicts.</summary>
    public bool Touched { get; set; } = true;

    /// <summary>Whether <see cref="TryRetire"/> succeeded.</summary>
    public bool IsRetired => Volatile.Read(ref retired);

    /// <summary>
    /// Ends this writer's life unless a change or a read is under way: afterwards it takes no more changes, and another
    /// writer may take its place.
    /// </summary>
    public bool TryRetire()
    {
        lock (gate)
            return retired |= queue.IsIdle && !memory.IsBusy;
    }

    /// <summary>Forgets the state in memory. For a host that learns of a write that went past this writer.</summary>
    public void Invalidate() => memory.Invalidate();

    /// <summary>The preset from memory when it is fresh enough, without waiting.</summary>
    public PresetSnapshot? Fresh() => memory.Fresh();

    /// <inheritdoc cref="IPresets.GetAsync"/>
    public async ValueTask<PresetSnapshot?> GetAsync(CancellationToken cancellationToken)
    {
        Touched = true;
        try
        {
            return await memory.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            throw new Refusal(RefusalCode.Unavailable, "The database is not available.", inner: failure);
        }
    }

    /// <summary>As <see cref="IPresets.ChangeAsync"/>; null when this writer has retired.</summary>
    /// <inheritdoc cref="IPresets.ChangeAsync"/>
    public Task<ChangeAnswer>? ChangeAsync(Change change, CancellationToken cancellationToken)
    {
        var waiting = new WaitingChange(change, budget, clock.GetTimestamp(), cancellationToken);
        lock (gate)
        {
            if (retired)
                return null;
            if (!budget.TryReserve(change.Size))
                throw change.MayBeStored
                    ? waiting.Unanswered(inDoubt: true, null)
                    : new Refusal(RefusalCode.Overloaded, "Too many writes wait on this node.");
            Touched = true;
            if (!queue.Add(waiting))
                return waiting.Task;
        }

        _ = DrainAsync();
        return waiting.Task;
    }

    private async Task DrainAsync()
    {
        while (TakeBatch() is { } batch)
            await CommitAsync(batch).ConfigureAwait(false);
    }

    // What comes after a purge is about another preset, so a purge commits alone.
    private List<WaitingChange>? TakeBatch()
    {
        var isPurge = false;
        return queue.Take(waiting =>
        {
            var joins = !isPurge && waiting.Change is not Purge;
            isPurge = waiting.Change is Purge;
            return joins;
        });
    }

    private async Task CommitAsync(List<WaitingChange> batch)
    {
        var changes = batch.ConvertAll(waiting => waiting.Change);
        var inDoubt = false;
        for (var pause = options.Pause; ; pause *= 2)
        {
            var sentAt = clock.GetTimestamp();
            try
            {
                var request = new CommitRequest(name, memory.State, changes, batch[0].ArrivedAt)
                {
                    Designated = changes.Exists(change => change.NeedsDesignated) ? memory.ReadDesignated() : null,
                };
                Settle(batch, await store.CommitAsync(request).ConfigureAwait(false), sentAt);
                return;
            }
            catch (StoreException failure)
            {
                memory.Invalidate();
                if (failure.Kind == StoreFailure.InDoubt)
                {
                    inDoubt = true;
                    changes = changes.ConvertAll(change => change with { MayBeStored = true });
                }

                if (clock.GetElapsedTime(batch[0].ArrivedAt) + pause > TimeBudget.Turn)
                {
                    Fail(batch, waiting => waiting.Unanswered(inDoubt, failure));
                    return;
                }
            }
            catch (Exception defect)
            {
                memory.Invalidate();
                Fail(batch, _ => new InvalidOperationException("A commit failed for an unknown reason.", defect));
                return;
            }

            // The ids stay the same, so the store finds what an attempt in doubt has stored.
            await Task.Delay(pause, clock).ConfigureAwait(false);
        }
    }

    private void Settle(List<WaitingChange> batch, CommitResult result, long sentAt)
    {
        (PresetHead Head, PresetSnapshot Snapshot)? newest = null;
        var answers = new (ChangeAnswer Answer, Refusal? Refusal)[batch.Count];
        for (var i = 0; i < answers.Length; i++)
            switch (result.Outcomes[i])
            {
                case Outcome.Done { After: { } after } done:
                    var snapshot = PresetJson.SnapshotOf(after);
                    if (!batch[i].Change.IsDryRun)
                        newest = (after, snapshot);
                    answers[i] = (new(snapshot, done.Version, Skipped: done.Skipped), null);
                    break;
                case Outcome.Done:
                    answers[i] = (new(null), null);
                    break;
                case Outcome.Earlier earlier:
                    var then = earlier.Then is { } head ? PresetJson.SnapshotOf(head) : null;
                    answers[i] = (new(then, earlier.Version, earlier.Replayed), null);
                    break;
                case Outcome.Refused refused:
                    // An earlier attempt may be alive still, and find the preset in another state.
                    answers[i] = (default, batch[i].Change.MayBeStored && refused.DependsOnState
                        ? batch[i].Unanswered(inDoubt: true, refused.ToRefusal())
                        : refused.ToRefusal());
                    break;
            }

        // Before anybody is answered: who reads after an answer must see its change.
        memory.Keep(result.Preset, newest, sentAt);
        for (var i = 0; i < answers.Length; i++)
            if (answers[i].Refusal is { } refusal)
                batch[i].Fail(refusal);
            else
                batch[i].Answer(answers[i].Answer);
    }

    private static void Fail(List<WaitingChange> batch, Func<WaitingChange, Exception> exception)
    {
        foreach (var waiting in batch)
            waiting.Fail(exception(waiting));
    }
}
