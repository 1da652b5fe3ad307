using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Presets.Testing;

namespace Presets.Grains.Tests;

public sealed class PresetMemoryTests
{
    private const int Most = 100;

    // A preset of these tests takes some 5.5 KB, 4 of them for its grain.
    private const int Memory = Most * 5000;

    [PostgresFact]
    public async Task Presets_beyond_the_memory_leave_it_and_go_on_where_they_stopped()
    {
        await using var cluster = await PresetCluster.StartAsync(1, headCacheBytes: Memory);
        var presets = cluster.PresetsOf(0);
        var active = cluster.ActiveOf(0);
        var names = Enumerable.Range(0, 5 * Most).Select(_ => cluster.NewName()).ToArray();
        var hot = cluster.NewName();
        var answered = new ConcurrentBag<(PresetName Name, Guid Id, int Version)>();

        for (var round = 0; round < 3; round++)
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async client =>
            {
                for (var i = client; i < names.Length; i += 8)
                {
                    await ChangeAsync(names[i]);
                    if (i % 10 == 0)
                        await ChangeAsync(hot);
                    // Eight activations may be under way at once.
                    Assert.InRange(active.Count, 1, Most + 8);
                }
            }));

        Assert.True(active.TryFind(hot, out _), "the preset that is always in use has left");
        await cluster.VerifyAsync([.. names, hot], answered);

        async Task ChangeAsync(PresetName name)
        {
            var append = PresetCluster.NewAppend();
            var answer = await presets.ChangeAsync(name, append, CancellationToken.None);
            answered.Add((name, append.Id, PresetCluster.VersionOf(answer.Preset)));
        }
    }

    [PostgresFact]
    public async Task Large_presets_that_are_only_read_leave_memory_before_many_small_ones_would()
    {
        const int Size = Memory / 5;
        await using var cluster = await PresetCluster.StartAsync(1, headCacheBytes: Memory);
        var names = Enumerable.Range(0, 20).Select(_ => cluster.NewName()).ToArray();
        foreach (var name in names)
            await cluster.Tables.CommitAsync(new CommitRequest(
                name, null, [PresetCluster.NewAppend(new string('x', Size))], TimeProvider.System.GetTimestamp()));

        foreach (var name in names)
            await cluster.PresetsOf(0).GetAsync(name, CancellationToken.None);

        Assert.InRange(cluster.ActiveOf(0).Count, 1, 5);
    }

    [PostgresFact]
    public async Task Presets_that_do_not_exist_take_no_more_memory_than_others()
    {
        await using var cluster = await PresetCluster.StartAsync(1, headCacheBytes: Memory);

        for (var i = 0; i < 10 * Most; i++)
            Assert.Null(await cluster.PresetsOf(0).GetAsync(cluster.NewName(), CancellationToken.None));

        Assert.InRange(cluster.ActiveOf(0).Count, 1, 2 * Most);
    }

    [PostgresFact]
    public async Task A_meter_tells_how_many_presets_are_active_and_how_many_silos_are_passed_by()
    {
        await using var cluster = await PresetCluster.StartAsync(1);
        await cluster.PresetsOf(0).ChangeAsync(cluster.NewName(), PresetCluster.NewAppend(), CancellationToken.None);
        await cluster.PresetsOf(0).ChangeAsync(cluster.NewName(), PresetCluster.NewAppend(), CancellationToken.None);
        var read = new ConcurrentDictionary<string, ConcurrentBag<int>>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Presets.Cluster")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, _, _) => read.GetOrAdd(instrument.Name, _ => []).Add(value));
        listener.Start();
        listener.RecordObservableInstruments();

        // Clusters of other tests may be measured, too.
        Assert.Contains(2, read["presets.grain.active"]);
        Assert.Contains(0, read["presets.silos.suspect"]);
    }
}
