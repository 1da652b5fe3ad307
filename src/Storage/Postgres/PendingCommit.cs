namespace Presets.Storage;

/// <summary>The changes of one preset on their way into the database, with the plan they have now.</summary>
internal sealed class PendingCommit(CommitRequest request)
    : TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously), IWaiting
{
    public CommitRequest Request => request;

    /// <summary>What is to be written. The statement that writes it makes sure that it still holds.</summary>
    public ChangePlan? Plan { get; private set; }

    /// <summary>Whether a plan was made on what the database said, and did not hold.</summary>
    public bool WasLooked { get; set; }

    /// <inheritdoc/>
    public long ArrivedAt => request.ArrivedAt;

    /// <inheritdoc/>
    public int Rows => request.Changes.Count;

    /// <inheritdoc/>
    public int Bytes { get; } = request.Changes.Sum(change => change.Size);

    /// <inheritdoc/>
    public bool IsCancelled => false;

    /// <summary>Whether it may wait for rows of others: it makes a preset, or uses idempotency keys.</summary>
    public bool MayWait => Plan is { } plan && (plan.Before.IsNew || plan.Keys.Count > 0);

    /// <summary>Plans it; a defect in that is the outcome of this commit, and of no other.</summary>
    public void MakePlan(Preset state, ChangeFacts facts, DateTimeOffset now)
    {
        try
        {
            Plan = ChangePlan.Make(state, request.Changes, facts, now);
        }
        catch (Exception defect)
        {
            TrySetException(defect);
        }
    }

    /// <inheritdoc/>
    public void GiveUp() =>
        TrySetException(new StoreException(
            StoreFailure.NotStored, "Postgres answers too slowly: the commit was not sent in time."));
}
