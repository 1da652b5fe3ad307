using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class RepeatedChangeTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_change_appended_again_keeps_its_number(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var change = Appends.New("""{"seed":1}""", "prompt");
        await test.AppendNewAsync(name);
        await test.CommitOneAsync(name, change);
        await test.AppendNewAsync(name);

        foreach (var again in new[] { change, change with { MayBeStored = true } })
        {
            var earlier = Assert.IsType<Outcome.Earlier>(await test.CommitOneAsync(name, again));

            Assert.False(earlier.Replayed);
            Assert.Equal((change.Id, 2), (earlier.Then!.Designated.Id, earlier.Then!.Designated.Version));
            Assert.Equal(change.Config.Text(), earlier.Then!.Designated.Config.Text());
        }

        var head = (await test.Store.FindAsync(name, CancellationToken.None))!;
        Assert.Equal((3, 3, 3L), (head.Preset.LatestVersion, head.Designated.Version, head.Preset.Revision));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_change_twice_in_one_append_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var (twice, other) = (Appends.New(), Appends.New());

        var result = await test.CommitAsync(name, [twice, other, twice]);

        Assert.Equal([1, 2, 1], result.Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal(2, (await test.Store.ListVersionsAsync(name, 0, 10, CancellationToken.None))!.TotalCount);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_repeated_change_does_not_hold_up_the_new_ones_beside_it(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, patient: true);
        var (name, neighbour) = (test.NewName(), test.NewName());
        var change = Appends.New();
        await test.CommitOneAsync(name, change);
        var release = await test.StallAppendsAsync();

        var repeated = test.CommitAsync(name, [change, Appends.New()]);
        var beside = test.CommitAsync(neighbour, [Appends.New(), Appends.New()]);
        await release();

        Assert.Equal([1, 2], (await repeated).Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal([1, 2], (await beside).Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal(2, (await test.Store.ListVersionsAsync(name, 0, 10, CancellationToken.None))!.TotalCount);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_change_appended_many_times_at_once_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var changes = Enumerable.Range(0, 20).Select(_ => Appends.New()).ToArray();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            test.CommitOneAsync(name, changes[i % changes.Length])));

        var numbers = outcomes
            .Select((outcome, i) => (Change: i % changes.Length, Number: outcome.Number()))
            .Distinct()
            .ToArray();
        Assert.Equal(changes.Length, numbers.Length);
        Assert.Equal(Enumerable.Range(1, changes.Length), numbers.Select(each => each.Number).Order());
        Assert.Equal(changes.Length, outcomes.Count(outcome => outcome is Outcome.Done));
        Assert.Equal(
            changes.Length,
            (await test.Store.ListVersionsAsync(name, 0, 100, CancellationToken.None))!.TotalCount);
    }

    [Theory, Postgres]
    public async Task A_change_appended_by_two_nodes_at_once_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var other = await test.OpenStoreAsync();
        var names = Enumerable.Range(0, 10).Select(_ => test.NewName()).ToArray();
        var changes = Enumerable.Range(0, 100).Select(_ => Appends.New()).ToArray();

        var outcomes = await Task.WhenAll(changes.SelectMany((change, i) => new[]
        {
            test.CommitOneAsync(names[i % names.Length], change),
            other.CommitOneAsync(names[i % names.Length], change),
        }));

        Assert.Equal(changes.Length, outcomes.Count(outcome => outcome is Outcome.Done));
        for (var i = 0; i < changes.Length; i++)
            Assert.Equal(outcomes[2 * i].Number(), outcomes[2 * i + 1].Number());
        foreach (var name in names)
        {
            var page = (await test.Store.ListVersionsAsync(name, 0, 100, CancellationToken.None))!;
            Assert.Equal(Enumerable.Range(1, 10), page.Items.Select(version => version.Version));
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task An_archived_preset_still_answers_a_stored_change(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var byId = Appends.New();
        var byKey = Appends.New(key: Guid.NewGuid().ToString());
        await test.CommitOneAsync(name, byId);
        await test.CommitOneAsync(name, byKey);
        await test.SetStatusAsync(name, "archived");

        var result = await test.CommitAsync(name, [byId, byKey with { Id = Guid.CreateVersion7() }, Appends.New()]);

        Assert.Equal(1, Assert.IsType<Outcome.Earlier>(result.Outcomes[0]).Number());
        Assert.True(Assert.IsType<Outcome.Earlier>(result.Outcomes[1]).Replayed);
        Assert.Equal(2, result.Outcomes[1].Number());
        Assert.Equal(RefusalCode.PresetArchived, Assert.IsType<Outcome.Refused>(result.Outcomes[2]).Code);
    }
}
