using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>Changes other than creates, committed and read again.</summary>
public sealed class ChangeKindTests
{
    private static readonly Idempotency Key = new("key", new byte[] { 1 });

    [Theory, Sqlite, Postgres]
    public async Task Edits_and_labels_are_stored_and_found_again_by_id_and_by_key(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await test.AppendNewAsync(name);
        Change[] changes =
        [
            new SetLabel(Guid.CreateVersion7(), "user_1", "prod", 1, Protected: true) { MayPromote = true },
            new SetLabel(Guid.CreateVersion7(), "user_1", "next", 2),
            new RemoveLabel(Guid.CreateVersion7(), "user_1", "next"),
            new Edit(Guid.CreateVersion7(), "user_1")
            {
                Name = "A name",
                Description = "A text",
                DesignatedVersion = 1,
                Locked = ["/model"],
            },
            new Edit(Guid.CreateVersion7(), "user_1", Key) { Status = PresetStatus.Disabled },
        ];

        foreach (var change in changes)
            Assert.IsType<Outcome.Done>(await test.CommitOneAsync(name, change));

        var preset = (await test.Store.FindAsync(name, CancellationToken.None))!.Preset;
        Assert.Equal(("A name", "A text", PresetStatus.Disabled), (preset.Name, preset.Description, preset.Status));
        Assert.Equal((1, 2, 7L), (preset.DesignatedVersion, preset.LatestVersion, preset.Revision));
        Assert.Equal((LabelSet.None.With(new("prod", 1, true)), """["/model"]"""), (preset.Labels, preset.Locked));
        foreach (var change in changes)
            Assert.False(Assert.IsType<Outcome.Earlier>(
                await test.CommitOneAsync(name, change with { MayBeStored = true })).Replayed);
        var again = await test.CommitOneAsync(name, changes[^1] with { Id = Guid.CreateVersion7() });
        Assert.Equal(preset, Assert.IsType<Outcome.Earlier>(again).Then!.Preset);
        Assert.True(Assert.IsType<Outcome.Earlier>(again).Replayed);
        Assert.Equal(
            5, await test.CountAsync("select count(*) from preset_changes where preset_id = @id", ("id", preset.Id)));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_change_that_changes_nothing_uses_its_key_up(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        var nothing = new Edit(Guid.CreateVersion7(), "user_1", Key) { Status = PresetStatus.Active };

        Assert.IsType<Outcome.Done>(await test.CommitOneAsync(name, nothing));
        var again = await test.CommitOneAsync(name, nothing with { Id = Guid.CreateVersion7() });

        Assert.True(Assert.IsType<Outcome.Earlier>(again).Replayed);
        Assert.Equal(1, (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.Revision);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_purge_can_be_repeated_and_the_next_preset_is_another_one(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        var name = test.NewName();
        await test.CommitAsync(name, [.. Enumerable.Range(0, 2100).Select(_ => Appends.New())]);
        var id = (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.Id;
        await test.CommitOneAsync(
            name, new Edit(Guid.CreateVersion7(), "user_1") { Status = PresetStatus.Archived });
        var purge = new Purge(Guid.CreateVersion7(), "user_1", Key);

        Assert.IsType<Outcome.Done>(await test.CommitOneAsync(name, purge));
        Assert.IsType<Outcome.Earlier>(await test.CommitOneAsync(name, purge));
        Assert.IsType<Outcome.Earlier>(await test.CommitOneAsync(name, purge with { Id = Guid.CreateVersion7() }));
        Assert.Null(await test.Store.FindAsync(name, CancellationToken.None));
        Assert.Equal(1, await test.AppendNewAsync(name));
        Assert.NotEqual(id, (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.Id);

        Assert.Equal(1, await test.Store.FinishPurgesAsync(CancellationToken.None));
        Assert.Equal(0, await test.Store.FinishPurgesAsync(CancellationToken.None));
        Assert.Equal(1, await test.CountAsync("select count(*) from preset_versions"));
        // The purge itself stays in the history.
        Assert.Equal(1, await test.CountAsync("select count(*) from preset_changes"));
    }
}
