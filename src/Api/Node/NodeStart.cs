using Presets.Storage;

namespace Presets.Api;

/// <summary>
/// Makes the database ready before anything listens, and tells the operator on standard output where the node is and,
/// the first time, which keys there are.
/// </summary>
internal sealed partial class NodeStart(
    Database database,
    FirstStart firstStart,
    Listeners listeners,
    PresetsOptions options,
    ConsoleOptions console,
    TimeProvider clock,
    ILogger<NodeStart> log)
    : IHostedLifecycleService
{
    private FirstKeys? firstKeys;

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in await database.StartAsync(alone: true, cancellationToken))
            LogDatabaseWarning(warning);
        firstKeys = await firstStart.PrepareAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Console.Out.Write(Welcome.Text(database.Description, listeners, firstKeys, console.MappedPath));
        firstKeys = null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Before anything stops: the node is not ready any more, but still serves whom the balancer sends.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (options.DrainTime > TimeSpan.Zero)
            await Task.Delay(options.DrainTime, clock, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private partial void LogDatabaseWarning(string warning);
}
