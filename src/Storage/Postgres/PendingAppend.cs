using System.Diagnostics;

namespace Presets.Storage;

/// <summary>The drafts of one preset, waiting for the next group commit.</summary>
internal sealed class PendingAppend(PresetName key, IReadOnlyList<Draft> drafts)
    : TaskCompletionSource<AppendResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private readonly long arrivedAt = Stopwatch.GetTimestamp();

    public PresetName Key => key;

    public IReadOnlyList<Draft> Drafts => drafts;

    public int Bytes { get; } = drafts.Sum(draft => draft.Size);

    /// <summary>How long it has waited for its turn.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(arrivedAt);

    /// <summary>Answers that its turn did not come in time.</summary>
    public void GiveUp() =>
        TrySetException(new StoreException(StoreFailure.NotStored, "Postgres answers too slowly: the append was not sent in time."));
}
