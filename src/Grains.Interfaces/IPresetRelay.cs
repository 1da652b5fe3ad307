using Orleans.Concurrency;
using Orleans.Services;

namespace Presets.Grains;

/// <summary>
/// Takes calls for the presets of its silo, and replies to the calls that its silo sent, many of either in one message.
/// It also reports on its node. There is one on every silo, addressed by the silo and not through the grain directory.
/// </summary>
[Alias("Presets.IPresetRelay")]
public interface IPresetRelay : IGrainService
{
    /// <summary>
    /// Serves each call, and sends the reply to <see cref="RelayedCalls.From"/> as soon as there is one.
    /// </summary>
    [Alias("Serve")]
    [OneWay]
    ValueTask Serve(RelayedCalls calls);

    /// <summary>Takes replies to calls that this silo sent.</summary>
    [Alias("Accept")]
    [OneWay]
    ValueTask Accept(RelayedReplies replies);

    /// <summary>Answers when its silo is alive.</summary>
    [Alias("Ping")]
    ValueTask Ping();

    /// <summary>What its node says of itself.</summary>
    [Alias("Report")]
    ValueTask<NodeReportMessage> Report();
}
