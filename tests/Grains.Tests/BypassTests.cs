using Microsoft.Extensions.DependencyInjection;
using Presets.Testing;

namespace Presets.Grains.Tests;

/// <summary>Writes that go past a grain whose state in memory is good for longer than the test.</summary>
public sealed class BypassTests
{
    private static readonly TimeSpan LongAge = TimeSpan.FromMinutes(10);

    [PostgresFact]
    public async Task A_node_sees_what_it_answered_when_the_grain_does_not_know_of_it()
    {
        await using var cluster = await PresetCluster.StartAsync(2, headMaxAge: LongAge);
        var presets = cluster.PresetsOf(0);
        var names = Enumerable.Range(0, 20).Select(_ => cluster.NewName()).ToArray();
        foreach (var name in names)
        {
            await cluster.PresetsOf(1).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
            await presets.GetAsync(name, CancellationToken.None);
        }

        foreach (var name in names)
        {
            await BypassAsync(cluster, () =>
                presets.ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None).AsTask());

            var seen = await presets.GetAsync(name, CancellationToken.None);
            Assert.Equal(2, PresetCluster.VersionOf(seen!));
        }
    }

    [PostgresFact]
    public async Task A_node_that_serves_a_preset_itself_sees_what_its_grain_answered()
    {
        await using var cluster = await PresetCluster.StartAsync(2, headMaxAge: LongAge);
        var presets = cluster.PresetsOf(0);
        var name = cluster.NewName();
        await cluster.PresetsOf(1).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
        await presets.GetAsync(name, CancellationToken.None);
        // From here on this node's own writer has the first version in memory.
        await BypassAsync(cluster, () => presets.GetAsync(name, CancellationToken.None).AsTask());
        await presets.ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);

        var seen = await BypassAsync(cluster, () => presets.GetAsync(name, CancellationToken.None).AsTask());

        Assert.Equal(2, PresetCluster.VersionOf(seen!));
    }

    [PostgresFact]
    public async Task A_purged_presets_successor_is_answered_though_its_revision_is_lower()
    {
        await using var cluster = await PresetCluster.StartAsync(2, headMaxAge: LongAge);
        var presets = cluster.PresetsOf(0);
        var name = cluster.NewName();
        for (var i = 0; i < 3; i++)
            await cluster.PresetsOf(1).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
        var former = (await presets.GetAsync(name, CancellationToken.None))!;
        await cluster.PurgeAsync(name);
        await cluster.DeactivateAsync(name);

        await cluster.PresetsOf(1).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
        var seen = (await presets.GetAsync(name, CancellationToken.None))!;
        var again = (await presets.GetAsync(name, CancellationToken.None))!;

        Assert.Equal((3, 1, 1), (former.Revision, seen.Revision, again.Revision));
        Assert.NotEqual(former.PresetId, seen.PresetId);
        Assert.Equal(seen.PresetId, again.PresetId);
    }

    /// <summary>Does something at the first node while it bypasses the second one.</summary>
    private static async Task<T> BypassAsync<T>(PresetCluster cluster, Func<Task<T>> work)
    {
        var bypassed = cluster.Silos[0].ServiceProvider.GetRequiredService<BypassedSilos>();
        bypassed.AddLeaving(cluster.Silos[1].SiloAddress);
        try
        {
            return await work();
        }
        finally
        {
            bypassed.Remove(cluster.Silos[1].SiloAddress);
        }
    }
}
