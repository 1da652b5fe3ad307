
namespace Presets.Grains;

/// <summary>
/// Presets whose writers are the cluster's grains. A grain that does not answer in time, or whose silo is gone, is passed by: this node's own
/// writer does the work, and the database, which numbers the versions and knows their ids, sees to it that a write that was tried on both ways is one version.
/// </summary>
internal sealed class ClusterPresets(
    PresetGrains grains, PresetRelays relays, ActiveWriters active, LocalPresets direct, SiloHealth health, ClusterMetrics metrics, ClusterNodeOptions options) : IPresets
{
    /// <inheritdoc/>
    public ValueTask<PresetSnapshot?> GetAsync(PresetName key, CancellationToken cancellationToken)
    {
        if (!active.TryFind(key, out var writer))
            return AskOrGetAsync(key, cancellationToken);
        metrics.Answered(local: true);
        return writer.Fresh() is { } answer ? new(answer) : writer.GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ChangeAnswer> ChangeAsync(PresetName key, Change change, CancellationToken cancellationToken)
    {
        // Null when the writer takes no more changes.
        if (!active.TryFind(key, out var writer) || writer.ChangeAsync(change, cancellationToken) is not { } append)
            return AskOrChangeAsync(key, change, cancellationToken);
        metrics.Answered(local: true);
        return new(append);
    }

    private async ValueTask<PresetSnapshot?> AskOrGetAsync(PresetName key, CancellationToken cancellationToken)
    {
        if (!health.IsSuspect(key) && await AskAsync(key, null, cancellationToken).ConfigureAwait(false) is { } reply)
            return reply.ToSnapshot();

        metrics.Direct("get");
        return await direct.GetAsync(key, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ChangeAnswer> AskOrChangeAsync(PresetName key, Change change, CancellationToken cancellationToken)
    {
        if (!health.IsSuspect(key))
        {
            if (await AskAsync(key, ChangeMessage.Of(change), cancellationToken).ConfigureAwait(false) is { } reply)
                return new ChangeAnswer(reply.ToSnapshot()!, reply.Replayed);
            change = change with { MayBeStored = true };
        }

        metrics.Direct("append");
        var answer = await direct.ChangeAsync(key, change, cancellationToken).ConfigureAwait(false);
        health.Tell(key);
        return answer;
    }

    /// <summary>The grain's reply to a change, or to a read when there is none; null when it gave none and the request has to go direct.</summary>
    private async ValueTask<PresetReply?> AskAsync(PresetName key, ChangeMessage? change, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await CallAsync(key, change, cancellationToken).ConfigureAwait(false);
            health.Answered(key, reply.Silo);
            metrics.Answered(health.IsLocal(reply.Silo));
            if (reply.RefusalCode != nameof(RefusalCode.Unavailable))
                return reply;
            // The grain's node cannot reach the database; perhaps this one can.
            return null;
        }
        catch (Exception failure) when (CallFailure.Includes(failure) && !cancellationToken.IsCancellationRequested)
        {
            metrics.Failed();
            health.Failed(key);
            return null;
        }
    }

    /// <summary>A call to a silo where the grain was last goes with others; one that has to find or place its grain first is Orleans' alone.</summary>
    private Task<PresetReply> CallAsync(PresetName key, ChangeMessage? change, CancellationToken cancellationToken)
    {
        if (health.RemoteHomeOf(key) is { } home)
            return relays.AskAsync(home, key, change, options.GrainCallTimeout, cancellationToken);
        var grain = grains.Of(key);
        return (change is null ? grain.Get() : grain.Change(change)).AsTask().WaitAsync(options.GrainCallTimeout, cancellationToken);
    }
}
