using Presets.Storage;

namespace Presets.Api;

/// <summary>Reads the use of a preset: what is stored, and what this node has counted beyond it.</summary>
internal sealed class UsageReads(UsageCounts counts, UsageStore store, PresetsOptions options, TimeProvider clock)
{
    /// <summary>The use of the last days, today (UTC) included.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task<UsageResponse> ReadAsync(Guid presetId, int days, CancellationToken cancellationToken)
    {
        var since = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)
            .AddDays(1 - Math.Min(days, options.UsageDays));
        // Before the read: what is added meanwhile is told by the number of its batch.
        var counted = counts.Of(presetId);
        var stored = await store.ReadAsync(presetId, since, UsageResponse.MostEntries + 1, cancellationToken);
        return UsageResponse.Of(since, stored, counted);
    }
}
