namespace Presets.Grains;

/// <summary>
/// Presets whose writers are the cluster's grains. A grain that does not answer in time, or whose silo is gone, is
/// bypassed: this node's own writer does the work. The database numbers the versions and knows their ids, so a write
/// that was tried both ways is one version.
/// </summary>
internal sealed class ClusterPresets(
    PresetGrainReferences grains,
    RelaySender relay,
    ActiveWriters active,
    LocalPresets direct,
    GrainHomes homes,
    BypassNotices notices,
    ClusterMetrics metrics,
    ClusterNodeOptions options)
    : IPresets
{
    /// <inheritdoc/>
    public ValueTask<PresetAnswer?> GetAsync(PresetName name, CancellationToken cancellationToken)
    {
        if (!active.TryFind(name, out var writer))
            return AskOrGetAsync(name, cancellationToken);
        metrics.Answered(local: true);
        return writer.Fresh() is { } answer ? new(answer) : writer.GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<AppendAnswer> AppendAsync(PresetName name, Draft draft, CancellationToken cancellationToken)
    {
        // Null when the writer takes no more drafts.
        if (!active.TryFind(name, out var writer) || writer.AppendAsync(draft, cancellationToken) is not { } append)
            return AskOrAppendAsync(name, draft, cancellationToken);
        metrics.Answered(local: true);
        return new(append);
    }

    private async ValueTask<PresetAnswer?> AskOrGetAsync(PresetName name, CancellationToken cancellationToken)
    {
        if (!homes.IsBypassed(name) && await AskAsync(name, null, cancellationToken) is { } reply)
            return reply.ToAnswer();

        metrics.Direct("get");
        return await direct.GetAsync(name, cancellationToken);
    }

    private async ValueTask<AppendAnswer> AskOrAppendAsync(
        PresetName name, Draft draft, CancellationToken cancellationToken)
    {
        if (!homes.IsBypassed(name))
        {
            if (await AskAsync(name, DraftMessage.Of(draft), cancellationToken) is { } reply)
                return new AppendAnswer(reply.ToAnswer()!, reply.Replayed);
            draft = draft with { MayBeStored = true };
        }

        metrics.Direct("append");
        var answer = await direct.AppendAsync(name, draft, cancellationToken);
        notices.Send(name);
        return answer;
    }

    /// <summary>
    /// The grain's reply to a draft, or to a read when there is none; null when it gave none and the request has to go
    /// direct.
    /// </summary>
    private async ValueTask<PresetReply?> AskAsync(
        PresetName name, DraftMessage? draft, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await CallAsync(name, draft, cancellationToken);
            homes.Answered(name, reply.Silo);
            metrics.Answered(homes.IsLocal(reply.Silo));
            // When the grain's node cannot reach the database, perhaps this one can.
            return reply.RefusalCode == nameof(RefusalCode.Unavailable) ? null : reply;
        }
        catch (Exception failure) when (CallFailure.Includes(failure) && !cancellationToken.IsCancellationRequested)
        {
            metrics.Failed();
            homes.Failed(name);
            return null;
        }
    }

    /// <summary>
    /// A call to a silo where the grain was last shares a message; Orleans sends one that has to find or place its
    /// grain first.
    /// </summary>
    private Task<PresetReply> CallAsync(PresetName name, DraftMessage? draft, CancellationToken cancellationToken)
    {
        if (homes.RemoteOf(name) is { } home)
            return relay.AskAsync(home, name, draft, options.GrainCallTimeout, cancellationToken);
        var grain = grains.Of(name);
        var call = draft is null ? grain.Get() : grain.Append(draft);
        return call.AsTask().WaitAsync(options.GrainCallTimeout, cancellationToken);
    }
}
