using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Grains.Tests;

public sealed class ActiveWritersTests
{
    [PostgresFact]
    public async Task A_grain_that_was_deactivated_is_found_no_more_and_its_writer_still_serves_whom_it_was_given_to()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        var active = cluster.ActiveOf(0);
        var answered = new List<(Guid, int)>();
        await ChangeAsync(cluster.PresetsOf(0));
        Assert.True(active.TryFind(name, out var former));
        Assert.False(cluster.ActiveOf(1).TryFind(name, out _));

        await cluster.DeactivateAsync(name);
        Assert.False(active.TryFind(name, out _));
        await ChangeAsync(cluster.PresetsOf(0));
        Assert.True(active.TryFind(name, out var next));
        Assert.NotSame(former, next);

        // Both at once, as after a request that found the writer just before its grain went.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var append = PresetCluster.NewAppend();
            var answer = await (i % 2 == 0 ? former : next).ChangeAsync(append, CancellationToken.None)!;
            lock (answered)
                answered.Add((append.Id, PresetCluster.VersionOf(answer.Preset)));
        }));

        await cluster.VerifyAsync(name, answered);
        Assert.Equal(202, answered.Count);

        async Task ChangeAsync(IPresets presets)
        {
            var append = PresetCluster.NewAppend();
            var answer = await presets.ChangeAsync(name, append, CancellationToken.None);
            answered.Add((append.Id, PresetCluster.VersionOf(answer.Preset)));
        }
    }

    [PostgresFact]
    public async Task A_request_is_a_message_again_when_the_grain_has_had_none_for_a_while()
    {
        var node = new ClusterNodeOptions { GrainIdleTime = TimeSpan.FromMinutes(8) };
        var clock = new FakeTimeProvider();
        await using var cluster = await PresetCluster.StartAsync(1, node, activeClock: clock);
        var name = cluster.NewName();
        var active = cluster.ActiveOf(0);
        await cluster.PresetsOf(0).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
        Assert.True(active.TryFind(name, out var writer));

        // A quarter of the idle time.
        clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.True(active.TryFind(name, out _));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(active.TryFind(name, out _));
        await cluster.PresetsOf(0).GetAsync(name, CancellationToken.None);

        Assert.True(active.TryFind(name, out var same));
        Assert.Same(writer, same);
    }
}
