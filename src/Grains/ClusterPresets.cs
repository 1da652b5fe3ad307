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
    PresetCopies copies,
    GrainHomes homes,
    AnsweredRevisions answered,
    ClusterMetrics metrics,
    NodeActivity activity,
    ClusterNodeOptions options,
    TimeProvider clock,
    ILogger<ClusterPresets> log)
    : IPresets
{
    /// <inheritdoc/>
    public ValueTask<PresetSnapshot?> GetAsync(PresetName name, CancellationToken cancellationToken)
    {
        if (!active.TryFind(name, out var writer) || writer.Fresh() is not { } answer || !answered.Accept(name, answer))
            return LoadAsync(name, writer, cancellationToken);
        metrics.Answered(local: true);
        activity.Read();
        return new(answer);
    }

    /// <inheritdoc/>
    public ValueTask<PresetSnapshot?> GetCopyAsync(
        PresetName name, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (maxAge == TimeSpan.Zero || active.TryFind(name, out _))
            return GetAsync(name, cancellationToken);
        if (copies.Find(name, maxAge) is not { } copy || !answered.Accept(name, copy))
            return TakeCopyAsync(name, cancellationToken);
        activity.Read();
        return new(copy);
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeAnswer> ChangeAsync(
        PresetName name, Change change, CancellationToken cancellationToken)
    {
        ChangeAnswer answer;
        // Null when the writer takes no more changes.
        if (active.TryFind(name, out var writer) && writer.ChangeAsync(change, cancellationToken) is { } local)
        {
            metrics.Answered(local: true);
            answer = await local;
        }
        else
        {
            answer = await AskOrChangeAsync(name, change, cancellationToken);
        }

        if (answer.Preset is null)
            copies.Purged();
        // That a repeated request is answered with the state of then is right.
        if (!change.IsDryRun)
            answered.Accept(name, answer.Preset);
        if (change is Append { IsDryRun: false } && answer is { Replayed: false, Skipped: false })
            activity.Created();
        return answer;
    }

    private async ValueTask<PresetSnapshot?> TakeCopyAsync(PresetName name, CancellationToken cancellationToken)
    {
        var askedAt = copies.Now;
        var answer = await LoadAsync(name, null, cancellationToken);
        if (answer is not null)
            copies.Keep(name, answer, askedAt);
        return answer;
    }

    private async ValueTask<PresetSnapshot?> LoadAsync(
        PresetName name, PresetWriter? writer, CancellationToken cancellationToken)
    {
        PresetSnapshot? answer;
        if (writer is not null)
        {
            metrics.Answered(local: true);
            answer = await writer.GetAsync(cancellationToken);
        }
        else
        {
            answer = await AskOrGetAsync(name, cancellationToken);
        }

        if (!answered.Accept(name, answer))
            answer = await LoadPastGrainAsync(name, cancellationToken);
        if (answer is not null)
            activity.Read();
        return answer;
    }

    /// <summary>
    /// What the grain has not seen, because a write went past it. This node's own writer may have; the database has.
    /// </summary>
    private async ValueTask<PresetSnapshot?> LoadPastGrainAsync(PresetName name, CancellationToken cancellationToken)
    {
        _ = InvalidateAsync(name);
        var answer = await direct.GetAsync(name, cancellationToken);
        if (answered.Accept(name, answer))
            return answer;
        answer = await direct.RenewAsync(name, cancellationToken);
        if (answer is not null)
            answered.Confirm(name, answer);
        return answer;
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
            {
                var given = reply.ToAnswer();
                // A grain of the previous release names no version: there, an append makes the designated one.
                return change is Append && given is { Version: null, Preset: { } preset }
                    ? given with { Version = preset.Version }
                    : given;
            }

            change = change with { MayBeStored = reply is null };
        }

        metrics.Direct("append");
        var answer = await direct.ChangeAsync(name, change, cancellationToken);
        _ = InvalidateAsync(name);
        return answer;
    }

    /// <summary>
    /// Tells the preset's grain that it was written past, so that other nodes see it sooner than after
    /// <see cref="PresetWriterOptions.HeadMaxAge"/>. A message to a silo that is bypassed would only wait and fail.
    /// </summary>
    private async Task InvalidateAsync(PresetName name)
    {
        try
        {
            if (!homes.IsBypassed(name))
                await grains.GetPreset(name).Invalidate();
        }
        catch (Exception failure) when (CallFailure.Includes(failure))
        {
            // This silo stops.
        }
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
