namespace Presets.Storage;

/// <summary>The drafts of one preset, waiting for the next group commit.</summary>
internal sealed class PendingAppend(PresetKey key, IReadOnlyList<Draft> drafts)
    : TaskCompletionSource<AppendResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public PresetKey Key => key;

    public IReadOnlyList<Draft> Drafts => drafts;

    public int Bytes { get; } = drafts.Sum(draft => draft.Size);
}
