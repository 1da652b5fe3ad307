using Microsoft.Extensions.DependencyInjection;
using Presets.Testing;

namespace Presets.Grains.Tests;

public sealed class PurgeGrainTests
{
    [PostgresFact]
    public async Task One_purge_a_period_is_enough_for_all_nodes_and_outlives_the_grain()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var period = TimeSpan.FromHours(1);
        await cluster.AddIdempotencyKeyAsync("old", DateTimeOffset.UtcNow.AddHours(-25));
        await cluster.AddIdempotencyKeyAsync("new", DateTimeOffset.UtcNow.AddHours(-23));

        var first = await PurgeOf(cluster, 0).PurgeIfDue(period);
        var second = await PurgeOf(cluster, 1).PurgeIfDue(period);
        await cluster.DeactivateAsync(PurgeOf(cluster, 0));
        var third = await PurgeOf(cluster, 1).PurgeIfDue(period);
        var afterwards = await PurgeOf(cluster, 1).PurgeIfDue(TimeSpan.Zero);

        Assert.Equal([true, false, false, true], [first, second, third, afterwards]);
        Assert.Equal(["new"], await cluster.IdempotencyKeysAsync());
    }

    private static IPurgeGrain PurgeOf(PresetCluster cluster, int silo) =>
        cluster.Silos[silo].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IPurgeGrain>(0);
}
