using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Presets.Api;

/// <summary>
/// What an orchestrator asks: whether the process lives, and whether to send it requests. Neither needs a key.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTypedAnswers().WithTags("Health");
        health.MapGet("live", Live).WithName("live");
        health.MapGet("ready", ReadyAsync).WithName("ready").Refuses(503);
    }

    /// <summary>Is the process alive?</summary>
    /// <remarks>Answers as long as the process does.</remarks>
    internal static Ok<HealthResponse> Live() => TypedResults.Ok(new HealthResponse { Status = "live" });

    /// <summary>Should the node get requests?</summary>
    /// <remarks>
    /// 503 while the database does not answer within 2 seconds or cannot be written to, while the node is not part of
    /// its cluster or warms up, and once it is stopping.
    /// </remarks>
    internal static async Task<Ok<HealthResponse>> ReadyAsync(
        HealthCheckService health, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        var fault = report.Entries.Values.FirstOrDefault(check => check.Status != HealthStatus.Healthy);
        return fault.Description is null
            ? TypedResults.Ok(new HealthResponse { Status = "ready" })
            : throw new Refusal(RefusalCode.Unavailable, fault.Description, inner: fault.Exception);
    }
}
