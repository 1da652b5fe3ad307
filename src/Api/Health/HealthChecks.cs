using Microsoft.Extensions.Diagnostics.HealthChecks;
using Presets.Storage;

namespace Presets.Api;

/// <summary>Fails once the node was told to stop.</summary>
internal sealed class StoppingCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("The node is stopping.")
            : HealthCheckResult.Healthy());
}

/// <summary>
/// Fails while the database does not answer, or cannot be written to. Requests that come together share an answer.
/// </summary>
internal sealed class DatabaseCheck(Database database, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private Task ping = Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            if (ping.IsCompleted)
                ping = database.PingAsync(CancellationToken.None);
            await ping.WaitAsync(Timeout, clock, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is StoreException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy(
                e is StoreException { NeedsOperator: true }
                    ? "The database cannot be written to."
                    : "The database does not answer.",
                e);
        }
    }
}
