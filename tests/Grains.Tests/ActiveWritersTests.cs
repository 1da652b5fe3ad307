using Presets.Testing;

namespace Presets.Grains.Tests;

public sealed class ActiveWritersTests
{
    [PostgresFact]
    public async Task A_grain_that_was_deactivated_is_found_no_more_and_its_writer_still_serves_whom_it_was_given_to()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var key = cluster.NewKey();
        var active = cluster.ActiveOf(0);
        var answered = new List<(Guid, int)>();
        await AppendAsync(cluster.PresetsOf(0));
        Assert.True(active.TryFind(key, out var former));
        Assert.False(cluster.ActiveOf(1).TryFind(key, out _));

        await cluster.DeactivateAsync(key);
        Assert.False(active.TryFind(key, out _));
        await AppendAsync(cluster.PresetsOf(0));
        Assert.True(active.TryFind(key, out var next));
        Assert.NotSame(former, next);

        // Both at once, as after a request that found the writer just before its grain went.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var draft = PresetCluster.NewDraft();
            var answer = await (i % 2 == 0 ? former : next).AppendAsync(draft, CancellationToken.None)!;
            lock (answered)
                answered.Add((draft.VersionId, PresetCluster.VersionOf(answer.Preset)));
        }));

        await cluster.VerifyAsync(key, answered);
        Assert.Equal(202, answered.Count);

        async Task AppendAsync(IPresets presets)
        {
            var draft = PresetCluster.NewDraft();
            answered.Add((draft.VersionId, PresetCluster.VersionOf((await presets.AppendAsync(key, draft, CancellationToken.None)).Preset)));
        }
    }

    [PostgresFact]
    public async Task A_request_is_a_message_again_when_the_grain_has_had_none_for_a_while()
    {
        // A quarter of the idle time: 2 s.
        await using var cluster = await PresetCluster.StartAsync(1, new ClusterNodeOptions { GrainIdleTime = TimeSpan.FromSeconds(8) });
        var key = cluster.NewKey();
        var active = cluster.ActiveOf(0);
        await cluster.PresetsOf(0).AppendAsync(key, PresetCluster.NewDraft(), CancellationToken.None);
        Assert.True(active.TryFind(key, out var writer));

        await Task.Delay(2100);
        Assert.False(active.TryFind(key, out _));
        await cluster.PresetsOf(0).GetAsync(key, CancellationToken.None);

        Assert.True(active.TryFind(key, out var same));
        Assert.Same(writer, same);
    }
}
