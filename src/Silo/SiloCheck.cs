using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Presets.Silo;

/// <summary>Fails while the node is not part of its cluster.</summary>
internal sealed class SiloCheck(ISiloStatusOracle membership) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(membership.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(
                $"The node is not part of the cluster: its silo is {membership.CurrentStatus}."));
}
