using System.Data.Common;

namespace Presets.Api;

/// <summary>
/// Keeps lists quick (<see cref="IPresetStore.SettleListsAsync"/>) and finishes purges
/// (<see cref="IPresetStore.FinishPurgesAsync"/>) while the node runs.
/// </summary>
internal sealed partial class ListUpkeep(IPresetStore store, TimeProvider clock, ILogger<ListUpkeep> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            timer.Period = await SettleAsync(stoppingToken) ? Period : AfterFailure;
    }

    private async Task<bool> SettleAsync(CancellationToken stoppingToken)
    {
        try
        {
            await store.SettleListsAsync(Timestamp.Now(clock), stoppingToken);
            await store.FinishPurgesAsync(stoppingToken);
            return true;
        }
        catch (Exception failure) when (failure is StoreException or DbException)
        {
            LogFailed(failure);
            return false;
        }
    }

    [LoggerMessage(
        LogLevel.Warning, "Lists were not kept quick, or purges not finished; the next attempt is in a minute")]
    private partial void LogFailed(Exception failure);
}
