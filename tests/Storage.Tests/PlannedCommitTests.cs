using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>Commits that were planned on a state in memory, right or wrong.</summary>
public sealed class PlannedCommitTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_state_that_is_right_is_planned_on(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var known = (await test.CommitAsync(name, Appends.New())).Preset;

        for (var number = 2; number <= 4; number++)
        {
            var result = await CommitAsync(test.Store, name, known, Appends.New());
            Assert.Equal(number, Assert.Single(result.Outcomes).Done().Version);
            known = result.Preset;
        }

        Assert.Equal(known, (await test.Store.FindAsync(name, CancellationToken.None))!.Preset);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_state_that_another_node_has_changed_is_looked_up(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var old = (await test.CommitAsync(name, Appends.New())).Preset;
        await test.AppendNewAsync(name);

        var result = await CommitAsync(test.Store, name, old, Appends.New());

        Assert.Equal(3, Assert.Single(result.Outcomes).Done().Version);
        Assert.Equal((3, 3L), (result.Preset!.LatestVersion, result.Preset.Revision));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_that_was_archived_meanwhile_refuses(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var old = (await test.CommitAsync(name, Appends.New())).Preset;
        await test.SetStatusAsync(name, "archived");

        var result = await CommitAsync(test.Store, name, old, Appends.New());

        Assert.Equal(RefusalCode.PresetArchived, Assert.IsType<Outcome.Refused>(Assert.Single(result.Outcomes)).Code);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_that_was_restored_meanwhile_accepts(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var preset = (await test.CommitAsync(name, Appends.New())).Preset!;

        var result = await CommitAsync(test.Store, name, preset with { Status = PresetStatus.Archived }, Appends.New());

        Assert.Equal(2, Assert.Single(result.Outcomes).Done().Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_that_was_removed_meanwhile_is_made_anew(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var gone = (await test.CommitAsync(name, Appends.New(), Appends.New())).Preset!;
        await test.ExecuteAsync("delete from preset_versions where preset_id = @id", ("id", gone.Id));
        await test.ExecuteAsync("delete from presets where id = @id", ("id", gone.Id));

        var result = await CommitAsync(test.Store, name, gone, Appends.New());

        Assert.Equal(1, Assert.Single(result.Outcomes).Done().Version);
        Assert.NotEqual(gone.Id, result.Preset!.Id);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_version_is_stored_with_its_body_kind_and_revision(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        foreach (var kind in Enum.GetValues<BodyKind>())
            await test.CommitAsync(name, Appends.New(body: kind));

        var versions = (await test.Store.ListVersionsAsync(name, 0, 10, CancellationToken.None))!.Items;

        Assert.Equal(
            Enum.GetValues<BodyKind>().Select(kind => (BodyKind?)kind),
            versions.Select(version => version.Body));
        Assert.Equal([1L, 2L, 3L], versions.Select(version => version.Revision));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_version_of_the_previous_release_has_no_body_kind_and_its_number_for_a_revision(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        await test.CommitAsync(name, Appends.New(), Appends.New());
        await test.ExecuteAsync(
            "update preset_versions set body = null, revision = null where preset_id in "
            + "(select id from presets where workspace_id = @id)",
            ("id", test.WorkspaceId));

        var version = (await test.Store.FindVersionAsync(name, 2, CancellationToken.None))!;

        Assert.Equal((null, 2L), (version.Body, version.Revision));
        Assert.Equal(3, await test.AppendNewAsync(name));
    }

    /// <summary>
    /// Whatever leaves together, keyed or not, new or there, known or not: what is stored is what was planned.
    /// </summary>
    [Theory]
    [Sqlite(1)]
    [Sqlite(2)]
    [Postgres(1)]
    [Postgres(2)]
    [Postgres(3)]
    public async Task What_is_stored_is_what_the_outcomes_say(Engine engine, int seed)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var random = new Random(seed);
        var names = Enumerable.Range(0, 30).Select(_ => test.NewName()).ToArray();
        var keys = Enumerable.Range(0, 40).Select(_ => Guid.NewGuid().ToString()).ToArray();
        var states = new Dictionary<PresetName, Preset?>();
        var stored = names.ToDictionary(name => name, _ => new List<PresetVersion>());
        for (var round = 0; round < 40; round++)
        {
            var commits = names.Where(_ => random.Next(2) == 0).Select(name =>
            {
                Change[] changes =
                [
                    .. Enumerable.Range(0, random.Next(1, 4)).Select(i => Appends.New(
                        $$"""{"seed":{{random.Next()}}}""",
                        random.Next(2) == 0 ? "prompt" : null,
                        key: random.Next(3) == 0 ? keys[random.Next(keys.Length)] : null,
                        request: name.Slug)),
                ];
                var known = random.Next(3) == 0 ? null : states.GetValueOrDefault(name);
                return (Name: name, Result: CommitAsync(test.Store, name, known, changes));
            }).ToArray();
            foreach (var (name, pending) in commits)
            {
                var result = await pending;
                // Now and then the state of before is kept, as a node would that missed another node's write.
                if (random.Next(4) > 0)
                    states[name] = result.Preset;
                stored[name].AddRange(
                    result.Outcomes.OfType<Outcome.Done>().Select(done => done.After!.Designated));
            }
        }

        foreach (var name in names)
        {
            var page = await test.Store.ListVersionsAsync(name, 0, 1000, CancellationToken.None);
            Assert.Equal(
                stored[name].Select(version => (version.Id, version.Version, version.Revision, version.Config.Text())),
                (page?.Items ?? []).Select(
                    version => (version.Id, version.Version, version.Revision, version.Config.Text())));
        }
    }

    private static Task<CommitResult> CommitAsync(
        PresetStore store, PresetName name, Preset? known, params Change[] changes) =>
        store.CommitAsync(new CommitRequest(name, known, changes, TimeProvider.System.GetTimestamp()));
}
