using Orleans.Services;

namespace Presets.Grains;

/// <summary>
/// Answers when its silo is alive. There is one on every silo, addressed by the silo and not through the grain
/// directory.
/// </summary>
[Alias("Presets.ISiloProbe")]
public interface ISiloProbe : IGrainService
{
    /// <summary>Returns.</summary>
    [Alias("Ping")]
    Task Ping();
}
