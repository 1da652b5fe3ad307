using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class CommitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Noon);

    [Theory, Sqlite, Postgres]
    public async Task The_first_append_makes_the_preset(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var name = test.NewName();
        var append = Appends.New(user: "user_7");

        var result = await test.CommitAsync(name, [append]);

        Assert.Equal((1, 1L, Noon), Place(Assert.Single(result.Outcomes)));
        var preset = (await test.Store.FindAsync(name, CancellationToken.None))!.Preset;
        Assert.Equal(
            new Preset(
                preset.Id, name, name.Slug, null, PresetStatus.Active, "user_7", Noon, Noon, null, 1, 1, append.Id, 1)
            {
                Model = "test/one",
            },
            preset);
        Assert.Equal(preset, result.Preset);
        Assert.Equal(7, preset.Id.Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task The_next_append_numbers_on_and_is_designated(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var name = test.NewName();
        var made = (await test.CommitAsync(name, [Appends.New(user: "user_1")])).Preset!;
        clock.Advance(TimeSpan.FromMinutes(1));
        var second = Appends.New("""{"model":"test/two"}""", user: "user_2");

        var result = await test.CommitAsync(name, [second]);

        var now = Noon.AddMinutes(1);
        Assert.Equal((2, 2L, now), Place(Assert.Single(result.Outcomes)));
        var head = (await test.Store.FindAsync(name, CancellationToken.None))!;
        Assert.Equal(
            made with
            {
                UpdatedAt = now,
                LatestVersion = 2,
                DesignatedVersion = 2,
                DesignatedVersionId = second.Id,
                Revision = 2,
                Model = "test/two",
            },
            head.Preset);
        Assert.Equal(head.Preset, result.Preset);
        var version = head.Designated;
        Assert.Equal(
            (second.Id, made.Id, 2, "user_2", now),
            (version.Id, version.PresetId, version.Version, version.CreatorId, version.CreatedAt));
        Assert.Equal("""{"model":"test/two"}""", version.Config.Text());
    }

    [Theory, Sqlite, Postgres]
    public async Task Changes_of_one_append_are_numbered_in_their_order(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        var appends = Enumerable.Range(2, 40).Select(number => Appends.New($$"""{"seed":{{number}}}""")).ToArray();

        var result = await test.CommitAsync(name, appends);

        Assert.Equal(
            Enumerable.Range(2, 40).Select(number => (number, (long)number, Noon)),
            result.Outcomes.Select(Place));
        var page = (await test.Store.ListVersionsAsync(name, 1, 40, CancellationToken.None))!;
        Assert.Equal(appends.Select(append => append.Id), page.Items.Select(version => version.Id));
        Assert.Equal(
            appends.Select(append => append.Config.Text()),
            page.Items.Select(version => version.Config.Text()));
        Assert.Equal(appends[^1].Id, (await test.Store.FindAsync(name, CancellationToken.None))!.Designated.Id);
    }

    [Theory, Sqlite, Postgres]
    public async Task Every_append_increases_the_revision(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        var first = await test.Store.FindRevisionAsync(name, CancellationToken.None);

        await test.CommitAsync(name, [Appends.New(), Appends.New()]);

        var second = await test.Store.FindRevisionAsync(name, CancellationToken.None);
        Assert.Equal(1, first!.Value.Revision);
        Assert.Equal(first.Value.Id, second!.Value.Id);
        Assert.True(second.Value.Revision > first.Value.Revision);
        Assert.Equal(
            second.Value.Revision,
            (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.Revision);
    }

    [Theory, Sqlite, Postgres]
    public async Task Updated_at_never_goes_back(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var (plain, keyed) = (test.NewName(), test.NewName());
        await test.AppendNewAsync(plain);
        await test.AppendNewAsync(keyed);
        clock.AdjustTime(Noon.AddHours(-1));

        var stored = await test.CommitOneAsync(plain, Appends.New());
        var storedKeyed = await test.CommitOneAsync(keyed, Appends.New(key: Guid.NewGuid().ToString()));

        Assert.Equal((2, 2L, Noon), Place(stored));
        Assert.Equal((2, 2L, Noon), Place(storedKeyed));
        Assert.Equal(Noon, (await test.Store.FindAsync(plain, CancellationToken.None))!.Preset.UpdatedAt);
        Assert.Equal(Noon, (await test.Store.FindAsync(keyed, CancellationToken.None))!.Preset.UpdatedAt);
    }

    [Theory, Sqlite, Postgres]
    public async Task An_archived_preset_takes_no_new_change(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await test.SetStatusAsync(name, "archived");

        var result = await test.CommitAsync(name, [Appends.New(), Appends.New()]);

        Assert.All(
            result.Outcomes,
            outcome => Assert.Equal(RefusalCode.PresetArchived, Assert.IsType<Outcome.Refused>(outcome).Code));
        Assert.Equal(1, (await test.Store.ListVersionsAsync(name, 0, 10, CancellationToken.None))!.TotalCount);
        Assert.Equal(PresetStatus.Archived, result.Preset!.Status);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_disabled_preset_takes_changes_and_stays_disabled(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await test.SetStatusAsync(name, "disabled");

        var result = await test.CommitAsync(name, [Appends.New()]);

        Assert.Equal(2, Assert.Single(result.Outcomes).Number());
        Assert.Equal(PresetStatus.Disabled, result.Preset!.Status);
        Assert.Equal(PresetStatus.Disabled, (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.Status);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_slug_belongs_to_its_workspace_and_to_its_case(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var other = Guid.CreateVersion7();
        await test.AddWorkspaceAsync(other);
        PresetName[] names = [new(test.WorkspaceId, "same"), new(test.WorkspaceId, "Same"), new(other, "same")];

        var ids = new List<Guid>();
        foreach (var name in names)
        {
            var result = await test.CommitAsync(name, [Appends.New()]);
            Assert.Equal(1, Assert.Single(result.Outcomes).Number());
            ids.Add(result.Preset!.Id);
        }

        Assert.Equal(3, ids.Distinct().Count());
        foreach (var (name, id) in names.Zip(ids))
            Assert.Equal(id, (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.Id);
    }

    /// <summary>The number, the revision and the time of the version that a change has made.</summary>
    private static (int Number, long Revision, DateTimeOffset At) Place(Outcome outcome)
    {
        var version = outcome.Done();
        return (version.Version, version.Revision, version.CreatedAt);
    }
}
