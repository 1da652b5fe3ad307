using Presets.Storage;

namespace Presets.Api;

/// <summary>What a program asks beside the API before it calls itself ready.</summary>
/// <returns>Why the node is not ready; null when it is.</returns>
public delegate string? ReadinessCheck();

/// <summary>What an orchestrator asks: whether the process lives, and whether to send it requests. Neither needs a key.</summary>
internal sealed class HealthEndpoints(Database database, IHostApplicationLifetime lifetime, IEnumerable<ReadinessCheck> checks)
{
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", (RequestDelegate)(context => JsonAnswer.Write(context, 200, Status("live")))).WithMetadata(RouteDocs.Live);
        routes.MapGet("/health/ready", (RequestDelegate)ReadyAsync).WithMetadata(RouteDocs.Ready);
    }

    private async Task ReadyAsync(HttpContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await ErrorAnswer.Write(context, new Refusal(RefusalCode.Unavailable, "The node is stopping."));
            return;
        }

        if (checks.Select(check => check()).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            await ErrorAnswer.Write(context, new Refusal(RefusalCode.Unavailable, fault));
            return;
        }

        try
        {
            await database.PingAsync(context.RequestAborted).WaitAsync(PingTimeout, context.RequestAborted);
            await JsonAnswer.Write(context, 200, Status("ready"));
        }
        catch (Exception e) when (e is StoreException or TimeoutException)
        {
            await ErrorAnswer.Write(context, new Refusal(RefusalCode.Unavailable, "The database does not answer.", inner: e));
        }
    }

    private static byte[] Status(string status) => System.Text.Encoding.ASCII.GetBytes($"{{\"status\":\"{status}\"}}");
}
