using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Presets.Grains;
using Presets.Storage;

namespace Presets.Silo;

/// <summary>
/// What a node does before it says that it is ready, so that the first requests do not wait for the compiler and for connections: a body is filtered, a grain is called,
/// the statements of an append run without a draft, and the other silos are asked. Nothing is stored. A node that cannot do it in time starts cold.
/// </summary>
internal sealed partial class WarmUp(
    IPresets presets, PresetStore store, ISiloStatusOracle membership, SiloProbeClient probe, PresetRelays relays, ClusterNodeOptions options, ILogger<WarmUp> log)
    : IHostedLifecycleService, IHealthCheck
{
    private const int Rounds = 30;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    // No workspace has this id.
    private static readonly PresetName Nobodys = new(Guid.Empty, "warm-up");

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """
        {"model": "openai/gpt-4o", "temperature": 0.2, "max_tokens": 100, "provider": {"sort": "price"}, "stream": true,
         "messages": [{"role": "system", "content": "You are terse."}, {"role": "user", "content": "Hello!"}],
         "tools": [{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {"word": {"type": "string"}}}}}]}
        """);

    private volatile bool stopping;

    /// <summary>Completes when the warm-up is over.</summary>
    public Task Done { get; private set; } = new TaskCompletionSource().Task;

    /// <summary>Begins the warm-up. The start does not wait for it, or a signal to stop meanwhile would abort the start and the requests in flight.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Done = WarmAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Done.IsCompleted
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The node is warming up."));

    private async Task WarmAsync()
    {
        try
        {
            await RunAsync().WaitAsync(Longest);
        }
        catch (Exception failure) when (failure is TimeoutException or StoreException or Refusal || stopping)
        {
            LogCold(failure.Message);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RunAsync()
    {
        var others = membership.GetActiveSilos().Where(silo => !silo.Equals(membership.SiloAddress)).ToArray();
        var answering = await Task.WhenAll(others.Select(silo => probe.AnswersAsync(silo, options.GrainCallTimeout))).ConfigureAwait(false);
        others = [.. others.Where((_, i) => answering[i])];
        for (var round = 0; round < Rounds; round++)
        {
            BodyFilter.Filter(BodyKind.ChatCompletions, Body);
            await presets.GetAsync(Nobodys, CancellationToken.None).ConfigureAwait(false);
            await Task.WhenAll(others.Select(silo => relays.AskAsync(silo, Nobodys, null, options.GrainCallTimeout, CancellationToken.None))).ConfigureAwait(false);
            await store.RehearseAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The node starts cold, its first requests may take longer: {Why}")]
    private partial void LogCold(string why);
}
