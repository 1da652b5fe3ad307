using Orleans.Concurrency;
using Orleans.Placement;

namespace Presets.Grains;

/// <summary>
/// Holds the writer of one preset. Reentrant: a request that arrives while a write awaits the database only joins the
/// writer's queue, and the whole queue leaves in the next write. No order can be lost by that. A request is answered
/// only when its version is committed, so one that was sent after another's answer is queued after it. Requests that
/// overlap have no order to lose; they are numbered in the order in which they were queued.
/// </summary>
// The node that is asked first hosts the grain. A balancer that hashes on the slug sends the requests of one preset to
// one node, so that their calls stay inside the process.
[Reentrant]
[PreferLocalPlacement]
internal sealed class PresetGrain(
    IPresetStore store,
    QueueBudget budget,
    PresetWriterOptions options,
    TimeProvider clock,
    ActiveWriters active,
    WriterReplies replies)
    : Grain, IPresetGrain
{
    private static readonly DeactivationReason TooMany = new(
        DeactivationReasonCode.ApplicationRequested,
        "The presets of the node take more memory than they may, and this one was not used lately.");

    private ActiveWriters.Entry? entry;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var name = PresetGrainKey.Parse(this.GetPrimaryKeyString());
        var context = GrainContext;
        entry = active.Add(
            resized => new PresetWriter(name, store, budget, options, clock, resized),
            () => context.Deactivate(TooMany));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // A request that has found the writer already is still served by it: the database numbers the versions, whoever
        // asks.
        if (entry is not null)
            active.Remove(entry);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<PresetReply> Serve(ChangeMessage? change)
    {
        active.Called(entry!);
        return replies.ReplyAsync(entry!.Writer, change);
    }

    /// <inheritdoc/>
    public ValueTask Invalidate()
    {
        entry!.Writer.Invalidate();
        return ValueTask.CompletedTask;
    }
}
