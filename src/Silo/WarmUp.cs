using System.Text;
using Presets.Grains;
using Presets.Storage;

namespace Presets.Silo;

/// <summary>
/// What a node does before it says that it is ready, so that the first requests do not wait for the compiler and for
/// connections: it filters a body, calls a grain, runs the statements of an append without a draft, and calls the other
/// silos. Nothing is stored. A node that cannot do this in time is ready without it.
/// </summary>
internal sealed partial class WarmUp(IPresets presets, PresetStore store, OtherSilos others, ILogger<WarmUp> log)
    : IHostedLifecycleService
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

    private volatile bool stopping;

    /// <summary>Completes when the warm-up is over.</summary>
    public Task Done { get; private set; } = new TaskCompletionSource().Task;

    /// <summary>
    /// Begins the warm-up. The start does not wait for it: a signal to stop meanwhile would abort the start and the
    /// requests in flight.
    /// </summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Done = WarmAsync();
        return Task.CompletedTask;
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
