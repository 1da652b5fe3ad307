using System.Data.Common;
using Presets.Storage;

namespace Presets.Api;

/// <summary>
/// Hands what this node has counted to the database, every few seconds and at its end, and removes what is older than
/// <see cref="PresetsOptions.UsageDays"/>. So a node that is killed loses the counts of those seconds.
/// </summary>
internal sealed partial class UsageUpkeep(
    UsageCounts counts, UsageStore store, PresetsOptions options, TimeProvider clock, ILogger<UsageUpkeep> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // The day whose start removed what was too old.
    private DateOnly tidied;
    private bool isFailing;

    /// <summary>
    /// Hands a batch over: again the one whose outcome is not known, else the next. Removes some of what is too old.
    /// </summary>
    internal async Task FlushAsync()
    {
        try
        {
            var now = Timestamp.Now(clock);
            if (counts.HandOver() is { } batch)
            {
                await store.AddAsync(batch, now);
                counts.Stored(batch);
            }

            var today = DateOnly.FromDateTime(now.UtcDateTime);
            if (tidied < today && await store.RemoveBeforeAsync(today.AddDays(1 - options.UsageDays)))
                tidied = today;
            isFailing = false;
        }
        catch (Exception failure) when (failure is StoreException or DbException)
        {
            if (!isFailing)
                LogNotStored(failure);
            isFailing = true;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Task.Delay(Period, clock, stoppingToken);
            await Task.WhenAny(isFailing ? pause : counts.Crowded, pause);
            await FlushAsync();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // The server has stopped by now, so what is counted is complete.
        await base.StopAsync(cancellationToken);
        await FlushAsync();
        // That may have been a batch that had failed before.
        await FlushAsync();
        if (counts.HandOver() is { } rest)
            LogLost(rest.Tallies.Values.Sum(tally => tally.Requests));
    }

    [LoggerMessage(
        LogLevel.Warning, "The use of presets could not be stored; it is kept in memory, and tried again every 5 s")]
    private partial void LogNotStored(Exception failure);

    [LoggerMessage(LogLevel.Warning, "The use of presets by {Requests} requests or more could not be stored")]
    private partial void LogLost(long requests);
}
