namespace Presets;

/// <summary>A change that waits for its answer, and the room it takes in the budget until it has one.</summary>
internal sealed class WaitingChange(Change change, QueueBudget budget, long arrivedAt, CancellationToken cancellation)
    : TaskCompletionSource<ChangeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously), IWaiting
{
    public Change Change => change;

    /// <inheritdoc/>
    public long ArrivedAt => arrivedAt;

    /// <inheritdoc/>
    public int Rows => 1;

    /// <inheritdoc/>
    public int Bytes => change.Size;

    /// <inheritdoc/>
    public bool IsCancelled => cancellation.IsCancellationRequested;

    /// <inheritdoc/>
    public void GiveUp()
    {
        budget.Release(change.Size);
        if (IsCancelled)
            TrySetCanceled(cancellation);
        else
            TrySetException(Unanswered(inDoubt: false, null));
    }

    /// <summary>
    /// The refusal of a change that the database did not answer: whether it is certainly not stored, or that this is
    /// not known.
    /// </summary>
    public Refusal Unanswered(bool inDoubt, Exception? cause) =>
        inDoubt || change.MayBeStored
            ? new(
                RefusalCode.OutcomeUnknown,
                "The database failed during the write; whether it was stored is not known.",
                inner: cause)
            : new(RefusalCode.Unavailable, "The database is not available; nothing was stored.", inner: cause);

    public void Answer(ChangeAnswer answer)
    {
        budget.Release(change.Size);
        TrySetResult(answer);
    }

    public void Fail(Exception exception)
    {
        budget.Release(change.Size);
        TrySetException(exception);
    }
}
