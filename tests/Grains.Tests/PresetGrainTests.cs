using System.Collections.Concurrent;
using Presets.Testing;

namespace Presets.Grains.Tests;

public sealed class PresetGrainTests
{
    [PostgresFact]
    public async Task A_thousand_racing_creates_from_all_silos_leave_no_gap()
    {
        await using var cluster = await PresetCluster.StartAsync(3);
        var name = cluster.NewName();

        var answered = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            var append = PresetCluster.NewAppend();
            var answer = await cluster.PresetsOf(i % 3).ChangeAsync(name, append, CancellationToken.None);
            return (append.Id, PresetCluster.VersionOf(answer.Preset));
        }));

        Assert.Equal(1000, answered.Select(each => each.Item2).Distinct().Count());
        await cluster.VerifyAsync(name, answered);
    }

    [PostgresFact]
    public async Task A_silo_killed_in_the_middle_of_a_race_loses_nothing_that_was_answered()
    {
        await using var cluster = await PresetCluster.StartAsync(3);
        var names = Enumerable.Range(0, 20).Select(_ => cluster.NewName()).ToArray();
        var answered = new ConcurrentBag<(PresetName Name, Guid Id, int Version)>();
        // The grains live on the silo that will be killed.
        foreach (var name in names)
            await ChangeAsync(cluster.PresetsOf(2), name);
        var survivors = new[] { cluster.PresetsOf(0), cluster.PresetsOf(1) };
        var underWay = new TaskCompletionSource();

        var race = Task.WhenAll(Enumerable.Range(0, 20).Select(async client =>
        {
            for (var i = 0; i < 30; i++)
            {
                await ChangeAsync(survivors[client % 2], names[(client + i) % names.Length]);
                if (i == 5)
                    underWay.TrySetResult();
            }
        }));
        await underWay.Task;
        await cluster.KillAsync(2);
        await race;

        await cluster.VerifyAsync(names, answered);

        async Task ChangeAsync(IPresets presets, PresetName name)
        {
            var append = PresetCluster.NewAppend();
            var answer = await presets.ChangeAsync(name, append, CancellationToken.None);
            answered.Add((name, append.Id, PresetCluster.VersionOf(answer.Preset)));
        }
    }

    [PostgresFact]
    public async Task A_write_behind_the_grains_back_is_numbered_around_and_seen()
    {
        // So long that only being told can make the grain look again.
        await using var cluster = await PresetCluster.StartAsync(2, headMaxAge: TimeSpan.FromMinutes(10));
        var name = cluster.NewName();
        var presets = cluster.PresetsOf(0);
        await presets.ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);

        var behind = PresetCluster.NewAppend("behind");
        await cluster.Tables.CommitAsync(
            new CommitRequest(name, null, [behind], TimeProvider.System.GetTimestamp()));
        await cluster.GrainOf(name).Invalidate();
        // Nobody waits for that message, so it may come after the read.
        for (var deadline = DateTime.UtcNow.AddSeconds(10); await VersionAsync() != 2; await Task.Delay(10))
            Assert.True(DateTime.UtcNow < deadline, "the grain was told and still answers with what it had");
        var next = await presets.ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);

        Assert.Equal(3, PresetCluster.VersionOf(next.Preset));
        await cluster.VerifyAsync(name, [(behind.Id, 2)]);

        async Task<int> VersionAsync() =>
            PresetCluster.VersionOf((await presets.GetAsync(name, CancellationToken.None))!);
    }

    [PostgresFact]
    public async Task An_append_whose_answer_is_lost_after_the_commit_is_one_version()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        var lost = 0;
        foreach (var store in cluster.Stores)
            store.AfterCommit = () => Interlocked.Exchange(ref lost, 1) == 0
                ? throw new StoreException(StoreFailure.InDoubt, "lost")
                : Task.CompletedTask;
        var append = PresetCluster.NewAppend();

        var answer = await cluster.PresetsOf(1).ChangeAsync(name, append, CancellationToken.None);

        Assert.Equal(1, PresetCluster.VersionOf(answer.Preset));
        await cluster.VerifyAsync(name, [(append.Id, 1)]);
    }

    [PostgresFact]
    public async Task A_grain_that_takes_too_long_is_passed_by_and_the_change_is_one_version()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        await cluster.PresetsOf(1).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
        var release = new TaskCompletionSource();
        cluster.StoreOf(1).BeforeCommit = () => release.Task;
        var append = PresetCluster.NewAppend();

        var answer = await cluster.PresetsOf(0).ChangeAsync(name, append, CancellationToken.None);
        release.SetResult();
        // The grain's own attempt comes after it, and finds the version.
        var next = await cluster.GrainOf(name).Serve(ChangeMessage.Of(append));

        Assert.Equal(2, PresetCluster.VersionOf(answer.Preset));
        Assert.Equal(2, PresetCluster.VersionOf(next.ToAnswer().Preset));
        await cluster.VerifyAsync(name, [(append.Id, 2)]);
    }

    [PostgresFact]
    public async Task A_store_that_cannot_be_reached_leaves_the_outcome_unknown_once_the_grain_gave_no_reply()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        foreach (var store in cluster.Stores)
            store.BeforeCommit = () => throw new StoreException(StoreFailure.NotStored, "away");
        var presets = cluster.PresetsOf(0);

        var refusal = await Assert.ThrowsAsync<Refusal>(
            async () => await presets.ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None));

        // The grain may try for longer than the caller waits for it, so the caller cannot say that nothing is stored.
        Assert.Equal(RefusalCode.OutcomeUnknown, refusal.Code);
        Assert.Null(await cluster.Tables.FindAsync(name, CancellationToken.None));
    }

    [PostgresFact]
    public async Task A_store_that_this_silo_cannot_reach_is_unavailable_and_nothing_is_stored()
    {
        await using var cluster = await PresetCluster.StartAsync(1);
        var name = cluster.NewName();
        var presets = cluster.PresetsOf(0);
        await presets.ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
        cluster.StoreOf(0).BeforeCommit = () => throw new StoreException(StoreFailure.NotStored, "away");

        var refusal = await Assert.ThrowsAsync<Refusal>(
            async () => await presets.ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None));

        Assert.Equal(RefusalCode.Unavailable, refusal.Code);
        Assert.Equal(1, (await cluster.Tables.FindAsync(name, CancellationToken.None))!.Preset.LatestVersion);
    }

    [PostgresFact]
    public async Task A_refusal_keeps_its_code_between_silos()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        var first = PresetCluster.NewAppend() with { Idempotency = new Idempotency("key", new byte[32]) };
        byte[] fingerprint = [1, .. new byte[31]];
        var other = PresetCluster.NewAppend() with { Idempotency = new Idempotency("key", fingerprint) };
        await cluster.PresetsOf(0).ChangeAsync(name, first, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<Refusal>(
            async () => await cluster.PresetsOf(1).ChangeAsync(name, other, CancellationToken.None));

        Assert.Equal(RefusalCode.IdempotencyKeyReused, refusal.Code);
    }

    [PostgresFact]
    public async Task An_idempotency_key_used_on_two_silos_gives_the_first_version_again()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        var idempotency = new Idempotency("key", new byte[32]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var append = PresetCluster.NewAppend() with { Idempotency = idempotency };
            return await cluster.PresetsOf(i % 2).ChangeAsync(name, append, CancellationToken.None);
        }));

        Assert.All(answers, answer => Assert.Equal(1, PresetCluster.VersionOf(answer.Preset)));
        Assert.Equal(19, answers.Count(answer => answer.Replayed));
    }

    [PostgresFact]
    public async Task A_grain_that_was_deactivated_goes_on_where_it_stopped()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var name = cluster.NewName();
        await cluster.PresetsOf(0).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);

        await cluster.DeactivateAsync(name);
        var seen = await cluster.PresetsOf(1).GetAsync(name, CancellationToken.None);
        var next = await cluster.PresetsOf(1).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);

        Assert.Equal(1, PresetCluster.VersionOf(seen!));
        Assert.Equal(2, PresetCluster.VersionOf(next.Preset));
        await cluster.VerifyAsync(name, []);
    }

    [PostgresFact]
    public async Task The_same_slug_in_two_workspaces_is_two_presets()
    {
        await using var cluster = await PresetCluster.StartAsync(2);
        var mine = cluster.NewName();
        var other = mine with { WorkspaceId = await cluster.AddWorkspaceAsync(Guid.CreateVersion7()) };

        await cluster.PresetsOf(0).ChangeAsync(mine, PresetCluster.NewAppend(), CancellationToken.None);

        Assert.Null(await cluster.PresetsOf(1).GetAsync(other, CancellationToken.None));
        var first = await cluster.PresetsOf(1).ChangeAsync(other, PresetCluster.NewAppend(), CancellationToken.None);
        Assert.Equal(1, PresetCluster.VersionOf(first.Preset));
    }

    [PostgresFact]
    public async Task What_one_silo_was_answered_every_silo_reads_at_once()
    {
        await using var cluster = await PresetCluster.StartAsync(3);
        var name = cluster.NewName();

        for (var version = 1; version <= 30; version++)
        {
            await cluster.PresetsOf(version % 3).ChangeAsync(name, PresetCluster.NewAppend(), CancellationToken.None);
            var seen = await cluster.PresetsOf((version + 1) % 3).GetAsync(name, CancellationToken.None);
            Assert.Equal(version, PresetCluster.VersionOf(seen!));
        }
    }
}
