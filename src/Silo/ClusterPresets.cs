using Presets.Api;
using Presets.Grains;

namespace Presets.Silo;

/// <summary>
/// Presets whose writers are the cluster's grains. A grain that does not answer in time, or whose silo is gone, is passed by: this node's own
/// writer does the work, and the database, which numbers the versions and knows their ids, sees to it that a write that was tried on both ways is one version.
/// </summary>
internal sealed class ClusterPresets(
    PresetGrains grains, ActiveWriters active, InProcessPresets direct, SiloHealth health, ClusterMetrics metrics, ClusterNodeOptions options) : IPresets
{
    /// <inheritdoc/>
    public ValueTask<PresetAnswer?> GetAsync(PresetKey key, CancellationToken cancellationToken)
    {
        if (!active.TryFind(key, out var writer))
            return AskOrGetAsync(key, cancellationToken);
        metrics.Answered(local: true);
        return writer.Fresh() is { } answer ? new(answer) : writer.GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<AppendAnswer> AppendAsync(PresetKey key, Draft draft, CancellationToken cancellationToken)
    {
        // Null when the writer takes no more drafts.
        if (!active.TryFind(key, out var writer) || writer.AppendAsync(draft, cancellationToken) is not { } append)
            return AskOrAppendAsync(key, draft, cancellationToken);
        metrics.Answered(local: true);
        return new(append);
    }

    private async ValueTask<PresetAnswer?> AskOrGetAsync(PresetKey key, CancellationToken cancellationToken)
    {
        if (!health.IsSuspect(key) && await AskAsync(key, grains.Of(key), null, cancellationToken).ConfigureAwait(false) is { } reply)
            return reply.ToAnswer();

        metrics.Direct("get");
        return await direct.GetAsync(key, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<AppendAnswer> AskOrAppendAsync(PresetKey key, Draft draft, CancellationToken cancellationToken)
    {
        var grain = grains.Of(key);
        if (!health.IsSuspect(key))
        {
            if (await AskAsync(key, grain, DraftMessage.Of(draft), cancellationToken).ConfigureAwait(false) is { } reply)
                return new AppendAnswer(reply.ToAnswer()!, reply.Replayed);
            draft = draft with { MayBeStored = true };
        }

        metrics.Direct("append");
        var answer = await direct.AppendAsync(key, draft, cancellationToken).ConfigureAwait(false);
        health.Tell(key);
        return answer;
    }

    /// <summary>The grain's reply to a draft, or to a read when there is none; null when it gave none and the request has to go direct.</summary>
    private async ValueTask<PresetReply?> AskAsync(PresetKey key, IPresetGrain grain, DraftMessage? draft, CancellationToken cancellationToken)
    {
        try
        {
            // A silo that stops may refuse a call before there is anything to await.
            var call = draft is null ? grain.Get() : grain.Append(draft);
            var reply = call.IsCompletedSuccessfully
                ? call.Result
                : await call.AsTask().WaitAsync(options.GrainCallTimeout, cancellationToken).ConfigureAwait(false);
            health.Answered(key, reply.Silo);
            metrics.Answered(health.IsLocal(reply.Silo));
            if (reply.RefusalCode != nameof(RefusalCode.Unavailable))
                return reply;
            // The grain's node cannot reach the database; perhaps this one can.
            return null;
        }
        catch (Exception failure) when (IsOfTheCall(failure) && !cancellationToken.IsCancellationRequested)
        {
            metrics.Failed();
            health.Failed(key);
            return null;
        }
    }

    /// <summary>
    /// The silo did not answer, could not be reached, or one of the two is stopping, which cancels calls and disposes what they need; anything else is a defect and goes to the caller.
    /// </summary>
    internal static bool IsOfTheCall(Exception failure) =>
        failure is TimeoutException or OrleansException or InvalidOperationException or OperationCanceledException;
}
