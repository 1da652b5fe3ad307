using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Grains.Tests;

/// <summary>What a node answers inference from of presets whose grains are on another node.</summary>
public sealed class CopyTests
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new();

    [PostgresFact]
    public async Task A_change_by_another_node_is_seen_once_the_copy_is_too_old_and_by_reads_at_once()
    {
        await using var cluster = await PresetCluster.StartAsync(2, copyClock: clock);
        var name = await NewPresetAsync(cluster);
        Assert.Equal(1, await CopyAsync(cluster, name));

        await AppendAsync(cluster, name, silo: 1);
        clock.Advance(MaxAge - TimeSpan.FromTicks(1));

        Assert.Equal(1, await CopyAsync(cluster, name));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, await CopyAsync(cluster, name));
    }

    [PostgresFact]
    public async Task A_copy_is_never_older_than_what_the_node_has_answered()
    {
        await using var cluster = await PresetCluster.StartAsync(2, copyClock: clock);
        var (written, read) = (await NewPresetAsync(cluster), await NewPresetAsync(cluster));
        foreach (var name in (PresetName[])[written, read])
            Assert.Equal(1, await CopyAsync(cluster, name));

        await AppendAsync(cluster, written, silo: 0);
        await AppendAsync(cluster, read, silo: 1);
        var seen = await cluster.PresetsOf(0).GetAsync(read, CancellationToken.None);

        Assert.Equal(2, PresetCluster.VersionOf(seen));
        Assert.Equal((2, 2), (await CopyAsync(cluster, written), await CopyAsync(cluster, read)));
    }

    [PostgresFact]
    public async Task A_preset_that_the_node_has_purged_is_gone_from_its_copies()
    {
        await using var cluster = await PresetCluster.StartAsync(2, copyClock: clock);
        var name = await NewPresetAsync(cluster);
        var archive = new Edit(Guid.CreateVersion7(), "user_test") { Status = PresetStatus.Archived, };
        await cluster.PresetsOf(0).ChangeAsync(name, archive, CancellationToken.None);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await CopyAsync(cluster, name));

        await cluster.PresetsOf(0).ChangeAsync(
            name, new Purge(Guid.CreateVersion7(), "user_test"), CancellationToken.None);

        Assert.Null(await cluster.PresetsOf(0).GetCopyAsync(name, MaxAge, CancellationToken.None));
        await AppendAsync(cluster, name, silo: 1);
        Assert.Equal(1, await CopyAsync(cluster, name));
    }

    [PostgresFact]
    public async Task Without_an_age_and_for_a_preset_of_this_node_there_is_no_copy()
    {
        await using var cluster = await PresetCluster.StartAsync(2, copyClock: clock);
        var name = await NewPresetAsync(cluster);
        Assert.Equal(1, await CopyAsync(cluster, name));

        await AppendAsync(cluster, name, silo: 1);

        Assert.Equal(2, await CopyAsync(cluster, name, silo: 1));
        var answer = await cluster.PresetsOf(0).GetCopyAsync(name, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(2, PresetCluster.VersionOf(answer));
    }

    [PostgresFact]
    public async Task That_there_is_no_preset_is_not_copied()
    {
        await using var cluster = await PresetCluster.StartAsync(2, copyClock: clock);
        var name = cluster.NewName();
        Assert.Null(await cluster.PresetsOf(1).GetCopyAsync(name, MaxAge, CancellationToken.None));
        Assert.Null(await cluster.PresetsOf(0).GetCopyAsync(name, MaxAge, CancellationToken.None));

        await AppendAsync(cluster, name, silo: 1);

        Assert.Equal(1, await CopyAsync(cluster, name));
    }

    /// <summary>A preset whose grain is on the second silo.</summary>
    private static async Task<PresetName> NewPresetAsync(PresetCluster cluster)
    {
        var name = cluster.NewName();
        await AppendAsync(cluster, name, silo: 1);
        return name;
    }

    private static async Task AppendAsync(PresetCluster cluster, PresetName name, int silo) =>
        await cluster.PresetsOf(silo).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);

    private static async Task<int> CopyAsync(PresetCluster cluster, PresetName name, int silo = 0) =>
        PresetCluster.VersionOf(await cluster.PresetsOf(silo).GetCopyAsync(name, MaxAge, CancellationToken.None));
}
