using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <inheritdoc cref="ISiloProbe"/>
internal sealed class SiloProbe(GrainId id, Silo silo, ILoggerFactory logs) : GrainService(id, silo, logs), ISiloProbe
{
    /// <inheritdoc/>
    public Task Ping() => Task.CompletedTask;
}
