using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>When the cluster's idempotency keys were purged last.</summary>
[GenerateSerializer]
[Alias("Presets.PurgeState")]
internal sealed record PurgeState
{
    /// <summary>The start of the last purge; UTC.</summary>
    [Id(0)]
    public DateTimeOffset PurgedAt { get; set; }
}

/// <summary>
/// Its state is in Orleans' grain storage. Should two activations run at once, both purge, which does no harm, and the
/// write of one state is refused.
/// </summary>
internal sealed partial class PurgeGrain(
    [PersistentState("purge")] IPersistentState<PurgeState> state,
    IPresetStore store,
    TimeProvider clock,
    ILogger<PurgeGrain> log)
    : Grain, IPurgeGrain
{
    /// <inheritdoc/>
    public async Task<bool> PurgeIfDue(TimeSpan period)
    {
        var now = Timestamp.Now(clock);
        if (now - state.State.PurgedAt < period)
            return false;
        try
        {
            await store.PurgeExpiredKeysAsync(now, CancellationToken.None);
        }
        catch (StoreException failure)
        {
            // The next reminder tries again.
            LogNotPurged(failure);
            return false;
        }

        state.State.PurgedAt = now;
        await state.WriteStateAsync();
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Expired idempotency keys could not be forgotten")]
    private partial void LogNotPurged(Exception failure);
}
