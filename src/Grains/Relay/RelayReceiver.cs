using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>Serves the calls that other silos send here, and takes their replies.</summary>
internal sealed partial class RelayReceiver(
    GrainId id,
    Silo silo,
    ILoggerFactory logs,
    ActiveWriters active,
    IGrainFactory grains,
    RelaySender sender,
    WriterReplies replies,
    ClusterNodes nodes,
    ILogger<RelayReceiver> log)
    : GrainService(id, silo, logs), IPresetRelay
{
    /// <inheritdoc/>
    public ValueTask Serve(RelayedCalls calls)
    {
        // On the thread pool, and so off this service's scheduler, which runs one piece of code at a time.
        _ = Task.Run(() =>
        {
            foreach (var call in calls.Calls)
                _ = ServeAsync(call, calls.From);
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask Ping() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<NodeReportMessage> Report() => new(NodeReportMessage.Of(nodes.Report()));

    /// <inheritdoc/>
    public ValueTask Accept(RelayedReplies replies)
    {
        foreach (var reply in replies.Replies)
            sender.Complete(reply);
        return ValueTask.CompletedTask;
    }

    /// <summary>Serves a call, and sends the reply to the silo that asked; does not throw.</summary>
    private async Task ServeAsync(RelayedCall call, SiloAddress from) =>
        sender.Reply(from, new RelayedReply(call.Number, await ReplyAsync(call)));

    private async ValueTask<PresetReply> ReplyAsync(RelayedCall call)
    {
        try
        {
            var name = PresetGrainKey.Parse(call.GrainKey);
            // Else its grain has left, has moved, or is due for a message.
            return await (active.TryFind(name, out var writer)
                ? replies.ReplyAsync(writer, call.Change)
                : grains.GetPreset(name).Serve(call.Change));
        }
        catch (Exception failure)
        {
            // Mostly this silo stops. The caller does the work itself.
            if (!CallFailure.Includes(failure))
                LogDefect(call.GrainKey, failure);
            return replies.Missing();
        }
    }

    [LoggerMessage(LogLevel.Error, "A call for {GrainKey} that another node sent failed.")]
    private partial void LogDefect(string grainKey, Exception defect);
}
