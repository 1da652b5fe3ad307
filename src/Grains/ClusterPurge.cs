using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>
/// Reminds the cluster's purge grain; every node does, and the grain sees to it that one purge an hour is enough for
/// all.
/// </summary>
internal sealed partial class ClusterPurge(IGrainFactory grains, TimeProvider clock, ILogger<ClusterPurge> log)
    : BackgroundService
{
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Reminder, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await RemindAsync();
    }

    private async Task RemindAsync()
    {
        try
        {
            await grains.GetGrain<IPurgeGrain>(0).PurgeIfDue(Period);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            LogNotPurged(failure);
        }
    }

    [LoggerMessage(
        LogLevel.Warning, "Expired idempotency keys could not be forgotten; the next reminder is in ten minutes")]
    private partial void LogNotPurged(Exception failure);
}
