using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Grains.Tests;

/// <summary>What the nodes of a cluster say of themselves.</summary>
public sealed class ClusterNodesTests
{
    [PostgresFact]
    public async Task Every_node_is_told_of_by_every_other()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        await cluster.PresetsOf(0).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);

        var seen = await Task.WhenAll(Enumerable.Range(0, 2).Select(silo => NodesOf(cluster, silo)));

        foreach (var nodes in seen)
        {
            Assert.Equal(2, nodes.Count);
            Assert.All(nodes, node => Assert.Equal(NodeStatus.Active, node.Status));
            Assert.All(nodes, node => Assert.Equal(Release.Version, node.Report!.Release));
            Assert.Equal(1, nodes.Sum(node => node.Report!.ActivePresets));
            Assert.All(nodes, node => Assert.NotNull(node.Report!.Commits));
            Assert.Single(nodes, node => node.IsThis);
        }

        Assert.Equal(seen[0].Select(node => node.Address), seen[1].Select(node => node.Address));
        Assert.NotEqual(seen[0].Single(node => node.IsThis).Address, seen[1].Single(node => node.IsThis).Address);
    }

    [PostgresFact]
    public async Task What_a_node_did_is_told_by_another()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await PresetCluster.StartAsync(2, activityClock: clock);
        var (presets, name) = (cluster.PresetsOf(0), cluster.NewName());
        await presets.ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
        await presets.ChangeAsync(name, PresetCluster.NewAppend() with { IsDryRun = true }, CancellationToken.None);
        await presets.GetAsync(name, CancellationToken.None);
        await presets.GetCopyAsync(name, TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Null(await presets.GetAsync(cluster.NewName(), CancellationToken.None));

        clock.Advance(NodeReport.Period);
        var nodes = await NodesOf(cluster, silo: 1);

        var other = nodes.Single(node => !node.IsThis).Report!;
        Assert.Equal([0.1], other.Creates);
        Assert.Equal([0.2], other.Reads);
        Assert.Equal([0], nodes.Single(node => node.IsThis).Report!.Creates);
    }

    private static Task<IReadOnlyList<Node>> NodesOf(PresetCluster cluster, int silo) =>
        cluster.Silos[silo].ServiceProvider.GetRequiredService<INodes>().AskAsync(CancellationToken.None);
}
