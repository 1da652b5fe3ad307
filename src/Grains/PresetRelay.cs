using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <inheritdoc cref="IPresetRelay"/>
public sealed class PresetRelay(GrainId id, Silo silo, ILoggerFactory logs, RelayServer server, PresetRelays relays)
    : GrainService(id, silo, logs), IPresetRelay
{
    /// <inheritdoc/>
    public ValueTask Serve(RelayedCalls calls)
    {
        foreach (var call in calls.Calls)
            _ = server.ServeAsync(call, calls.From);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask Accept(RelayedReplies replies)
    {
        foreach (var reply in replies.Replies)
            relays.Accept(reply);
        return ValueTask.CompletedTask;
    }
}
