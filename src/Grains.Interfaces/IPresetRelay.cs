using Orleans.Concurrency;
using Orleans.Services;

namespace Presets.Grains;

/// <summary>
/// Takes calls for the presets of its silo, and the replies to those that its own node sent, many of either in one message. There is one on every silo.
/// </summary>
[Alias("Presets.IPresetRelay")]
public interface IPresetRelay : IGrainService
{
    /// <summary>Serves each call, and sends its reply to the silo that asked as soon as there is one.</summary>
    [Alias("Serve")]
    [OneWay]
    ValueTask Serve(RelayedCalls calls);

    /// <summary>Replies to calls of this node.</summary>
    [Alias("Accept")]
    [OneWay]
    ValueTask Accept(RelayedReplies replies);
}
