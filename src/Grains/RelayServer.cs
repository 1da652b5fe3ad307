using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>Serves the calls that other silos send here.</summary>
public sealed partial class RelayServer(
    ActiveWriters active, PresetGrains grains, PresetRelays relays, WriterReplies replies, ILogger<RelayServer> log)
{
    /// <summary>Serves a call, and sends the reply to the silo that asked; does not throw.</summary>
    internal async Task ServeAsync(RelayedCall call, SiloAddress from) => relays.Reply(from, call.Number, await ReplyAsync(call).ConfigureAwait(false));

    private async ValueTask<PresetReply> ReplyAsync(RelayedCall call)
    {
        try
        {
            var key = PresetGrainKey.Parse(call.GrainKey);
            if (active.TryFind(key, out var writer))
                return await (call.Change is { } change ? replies.ChangeAsync(writer, change) : replies.GetAsync(writer)).ConfigureAwait(false);
            // Its grain has left, has moved, or is due for a message.
            var grain = grains.Of(key);
            return await (call.Change is { } late ? grain.Change(late) : grain.Get()).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Mostly this silo stops. Who asked does it itself.
            if (!CallFailure.Includes(failure))
                LogDefect(log, call.GrainKey, failure);
            return replies.Unavailable();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A call for {GrainKey} that another node sent failed.")]
    private static partial void LogDefect(ILogger logger, string grainKey, Exception defect);
}
