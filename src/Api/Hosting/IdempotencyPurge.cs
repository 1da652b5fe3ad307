using Presets.Storage;

namespace Presets.Api.Hosting;

/// <summary>Forgets expired idempotency keys, every hour.</summary>
public sealed partial class IdempotencyPurge(PresetStore store, TimeProvider clock, ILogger<IdempotencyPurge> log) : BackgroundService
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await PurgeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task PurgeAsync(CancellationToken cancellationToken)
    {
        try
        {
            Purged(await store.PurgeExpiredKeysAsync(Timestamp.Now(clock), cancellationToken));
        }
        catch (StoreException failure)
        {
            NotPurged(failure);
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Count} expired idempotency keys were forgotten")]
    private partial void Purged(long count);

    [LoggerMessage(LogLevel.Warning, "Expired idempotency keys could not be forgotten; the next attempt is in an hour")]
    private partial void NotPurged(Exception failure);
}
