using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>
/// Presets whose writers are the cluster's grains. A grain that does not answer in time, or whose silo is gone, is
/// bypassed: this node's own writer does the work. The database numbers the versions and knows their ids, so a write
/// that was tried both ways is one version.
/// </summary>
internal sealed partial class ClusterPresets(
    IGrainFactory grains,
    RelaySender relay,
    ActiveWriters active,
    LocalPresets direct,
    GrainHomes homes,
    BypassNotices notices,
    ClusterMetrics metrics,
    ClusterNodeOptions options,
    TimeProvider clock,
    ILogger<ClusterPresets> log)
    : IPresets
{
    /// <inheritdoc/>
    public ValueTask<PresetSnapshot?> GetAsync(PresetName name, CancellationToken cancellationToken)
    {
        if (!active.TryFind(name, out var writer))
            return AskOrGetAsync(name, cancellationToken);
        metrics.Answered(local: true);
        return writer.Fresh() is { } answer ? new(answer) : writer.GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ChangeAnswer> ChangeAsync(PresetName name, Change change, CancellationToken cancellationToken)
    {
        // Null when the writer takes no more changes.
        if (!active.TryFind(name, out var writer) || writer.ChangeAsync(change, cancellationToken) is not { } append)
            return AskOrChangeAsync(name, change, cancellationToken);
        metrics.Answered(local: true);
        return new(append);
    }

    private async ValueTask<PresetSnapshot?> AskOrGetAsync(PresetName name, CancellationToken cancellationToken)
    {
        if (!homes.IsBypassed(name)
            && await AskAsync(name, null, cancellationToken) is { IsUnavailable: false } reply)
            return reply.ToAnswer().Preset;

        metrics.Direct("get");
        return await direct.GetAsync(name, cancellationToken);
    }

    private async ValueTask<ChangeAnswer> AskOrChangeAsync(
        PresetName name, Change change, CancellationToken cancellationToken)
    {
        if (!homes.IsBypassed(name))
        {
            var reply = await AskAsync(name, ChangeMessage.Of(change), cancellationToken);
            if (reply is { IsUnavailable: false })
                return reply.ToAnswer();
            change = change with { MayBeStored = reply is null };
        }

        metrics.Direct("append");
        var answer = await direct.ChangeAsync(name, change, cancellationToken);
        notices.Send(name);
        return answer;
    }

    /// <summary>
    /// The grain's reply to a change, or to a read when there is none; null when it gave none. Without a reply the
    /// request goes direct, and also when the grain's node cannot reach the database: perhaps this one can.
    /// </summary>
    private async ValueTask<PresetReply?> AskAsync(
        PresetName name, ChangeMessage? change, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await CallAsync(name, change, cancellationToken);
            homes.Answered(name, reply.Silo);
            metrics.Answered(homes.IsLocal(reply.Silo));
            return reply.IsMissing ? null : reply;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // What a grain refuses is in its reply, so this is a failure of the call, and the request is served direct.
            // Nodes of two releases that cannot read each other's messages fail in many ways.
            if (!CallFailure.Includes(failure))
                LogFailed(failure);
            metrics.Failed();
            homes.Failed(name);
            return null;
        }
    }

    /// <summary>
    /// A call to a silo where the grain was last shares a message; Orleans sends one that has to find or place its
    /// grain first.
    /// </summary>
    private Task<PresetReply> CallAsync(PresetName name, ChangeMessage? change, CancellationToken cancellationToken)
    {
        if (homes.RemoteOf(name) is { } home)
            return relay.AskAsync(home, name, change, options.GrainCallTimeout, cancellationToken);
        var call = grains.GetPreset(name).Serve(change);
        return call.AsTask().WaitAsync(options.GrainCallTimeout, clock, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "A call to a preset's grain failed; this node serves the request itself.")]
    private partial void LogFailed(Exception failure);
}
