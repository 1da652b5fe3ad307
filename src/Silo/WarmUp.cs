using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Presets.Grains;
using Presets.Storage;

namespace Presets.Silo;

/// <summary>
/// What a node does before it says that it is ready, so that the first requests do not wait for the compiler and for
/// connections: it filters a body, calls a grain, runs the statements of a commit without a change, and calls the other
/// silos. Nothing is stored. A node that cannot do this in time is ready without it.
/// </summary>
internal sealed partial class WarmUp(
    IPresets presets,
    PresetStore store,
    OtherSilos others,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<WarmUp> log)
    : BackgroundService, IHealthCheck
{
    private const int Rounds = 30;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    // No workspace has this id.
    private static readonly PresetName Absent = new(Guid.Empty, "warm-up");

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """
        {
          "model": "openai/gpt-4o", "temperature": 0.2, "max_tokens": 100, "stream": true,
          "provider": {"sort": "price"},
          "messages": [{"role": "system", "content": "You are terse."}, {"role": "user", "content": "Hello!"}],
          "tools": [
            {
              "type": "function",
              "function": {
                "name": "look_up",
                "parameters": {"type": "object", "properties": {"word": {"type": "string"}}}
              }
            }
          ]
        }
        """);

    /// <summary>Completes when the warm-up is over.</summary>
    public Task Done => ExecuteTask!;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Done.IsCompleted
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The node is warming up."));

    /// <summary>
    /// Waits until the node has started, and warms it up. The start does not wait for that: a signal to stop meanwhile
    /// would abort the start and the requests in flight.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            await RunAsync().WaitAsync(Longest, clock, stoppingToken);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            // Whatever it was, requests that meet it are told; a node that serves is worth more than a warm one.
            LogCold(failure.Message);
        }
        catch (Exception)
        {
            // The node stops.
        }
    }

    private async Task RunAsync()
    {
        var calls = others.RehearseAsync(Absent, Rounds);
        for (var round = 0; round < Rounds; round++)
        {
            BodyFilter.Filter(BodyKind.ChatCompletions, Body);
            await presets.GetAsync(Absent, CancellationToken.None);
            await store.RehearseAsync();
        }

        await calls;
    }

    [LoggerMessage(LogLevel.Warning, "The node is not warmed up, its first requests may take longer: {Why}")]
    private partial void LogCold(string why);
}
