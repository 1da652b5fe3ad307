using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Presets.Testing;

namespace Presets.Grains.Tests;

/// <summary>Calls to grains of a silo that is known from an earlier answer.</summary>
public sealed class RelayTests
{
    [PostgresFact]
    public async Task Creates_through_other_silos_are_numbered_by_the_grain()
    {
        var messages = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "presets.relay.batch.size")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => Interlocked.Increment(ref messages));
        listener.Start();
        await using var cluster = await PresetCluster.StartAsync(3);
        var names = Enumerable.Range(0, 20).Select(_ => cluster.NewName()).ToArray();
        foreach (var name in names)
            await MakeKnownAsync(cluster, name, home: 2);

        var answered = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(async i =>
        {
            var append = PresetCluster.NewAppend(new string('x', i));
            var name = names[i % names.Length];
            var answer = await cluster.PresetsOf(i % 2).ChangeAsync(name, append, CancellationToken.None);
            return (Name: name, Id: append.Id, Version: PresetCluster.VersionOf(answer.Preset));
        }));

        Assert.InRange(messages, 2, 2 * answered.Length);
        await cluster.VerifyAsync(names, answered);
        Assert.All(names, name => Assert.True(cluster.ActiveOf(2).TryFind(name, out _), "the grain has left"));
    }

    [PostgresFact]
    public async Task A_grain_that_has_left_becomes_active_where_it_was()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        await MakeKnownAsync(cluster, name, home: 1);

        await cluster.DeactivateAsync(name);
        var seen = await cluster.PresetsOf(0).GetAsync(name, CancellationToken.None);
        await cluster.DeactivateAsync(name);
        var next = await cluster.PresetsOf(0).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);

        Assert.Equal(1, PresetCluster.VersionOf(seen!));
        Assert.Equal(2, PresetCluster.VersionOf(next.Preset));
        Assert.True(cluster.ActiveOf(1).TryFind(name, out _));
    }

    [PostgresFact]
    public async Task A_refusal_keeps_its_code()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        await MakeKnownAsync(cluster, name, home: 1);
        var first = PresetCluster.NewAppend() with { Idempotency = new Idempotency("key", new byte[32]) };
        await cluster.PresetsOf(0).ChangeAsync(name, first, CancellationToken.None);
        byte[] fingerprint = [1, .. new byte[31]];
        var other = PresetCluster.NewAppend() with { Idempotency = new Idempotency("key", fingerprint) };

        var refusal = await Assert.ThrowsAsync<Refusal>(
            async () => await cluster.PresetsOf(0).ChangeAsync(name, other, CancellationToken.None));

        Assert.Equal(RefusalCode.IdempotencyKeyReused, refusal.Code);
    }

    [PostgresFact]
    public async Task A_node_that_fails_in_a_way_nobody_knows_is_passed_by()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        await MakeKnownAsync(cluster, name, home: 1);
        cluster.StoreOf(1).BeforeCommit = () => throw new InvalidOperationException("a defect of that node");
        var append = PresetCluster.NewAppend();

        var answer = await cluster.PresetsOf(0).ChangeAsync(name, append, CancellationToken.None);

        Assert.Equal(2, PresetCluster.VersionOf(answer.Preset));
        await cluster.VerifyAsync(name, [(append.Id, 2)]);
    }

    [PostgresFact]
    public async Task A_silo_that_is_not_there_is_waited_for_no_longer_than_was_said()
    {
        await using var cluster = await PresetCluster.StartAsync(1);
        var relay = cluster.Silos[0].ServiceProvider.GetRequiredService<RelaySender>();
        var gone = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
        var change = ChangeMessage.Of(PresetCluster.NewAppend());
        var timeout = TimeSpan.FromMilliseconds(200);

        await Assert.ThrowsAsync<TimeoutException>(
            () => relay.AskAsync(gone, cluster.NewName(), change, timeout, CancellationToken.None));
    }

    private static async Task MakeKnownAsync(PresetCluster cluster, PresetName name, int home)
    {
        await cluster.PresetsOf(home).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
        for (var silo = 0; silo < cluster.Silos.Count; silo++)
            await cluster.PresetsOf(silo).GetAsync(name, CancellationToken.None);
    }
}
