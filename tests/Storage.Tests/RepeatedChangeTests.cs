using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class RepeatedChangeTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_draft_appended_again_keeps_its_number(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewName();
        var draft = Appends.New("""{"seed":1}""", "prompt");
        await test.AppendNewAsync(key);
        await test.CommitOneAsync(key, draft);
        await test.AppendNewAsync(key);

        foreach (var again in new[] { draft, draft with { MayBeStored = true } })
        {
            var earlier = Assert.IsType<Outcome.Earlier>(await test.CommitOneAsync(key, again));

            Assert.False(earlier.Replayed);
            Assert.Equal((draft.Id, 2), (earlier.Then.Designated.Id, earlier.Then.Designated.Version));
            Assert.Equal(draft.Config.Text(), earlier.Then.Designated.Config.Text());
        }

        var head = (await test.Store.FindAsync(key, CancellationToken.None))!;
        Assert.Equal((3, 3, 3L), (head.Preset.LatestVersion, head.Designated.Version, head.Preset.Revision));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_draft_twice_in_one_append_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewName();
        var (twice, other) = (Appends.New(), Appends.New());

        var result = await test.CommitAsync(key, [twice, other, twice]);

        Assert.Equal([1, 2, 1], result.Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal(2, (await test.Store.ListVersionsAsync(key, 0, 10, CancellationToken.None))!.TotalCount);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_repeated_draft_does_not_hold_up_the_new_ones_beside_it(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, patient: true);
        var (key, neighbour) = (test.NewName(), test.NewName());
        var draft = Appends.New();
        await test.CommitOneAsync(key, draft);
        var release = await test.StallAppendsAsync();

        var repeated = test.CommitAsync(key, [draft, Appends.New()]);
        var beside = test.CommitAsync(neighbour, [Appends.New(), Appends.New()]);
        await release();

        Assert.Equal([1, 2], (await repeated).Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal([1, 2], (await beside).Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal(2, (await test.Store.ListVersionsAsync(key, 0, 10, CancellationToken.None))!.TotalCount);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_draft_appended_many_times_at_once_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewName();
        var drafts = Enumerable.Range(0, 20).Select(_ => Appends.New()).ToArray();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => test.CommitOneAsync(key, drafts[i % drafts.Length])));

        var numbers = outcomes.Select((outcome, i) => (Draft: i % drafts.Length, Number: outcome.Number())).Distinct().ToArray();
        Assert.Equal(drafts.Length, numbers.Length);
        Assert.Equal(Enumerable.Range(1, drafts.Length), numbers.Select(each => each.Number).Order());
        Assert.Equal(drafts.Length, outcomes.Count(outcome => outcome is Outcome.Done));
        Assert.Equal(drafts.Length, (await test.Store.ListVersionsAsync(key, 0, 100, CancellationToken.None))!.TotalCount);
    }

    [Theory, Postgres]
    public async Task A_draft_appended_by_two_nodes_at_once_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var other = await test.OpenStoreAsync();
        var keys = Enumerable.Range(0, 10).Select(_ => test.NewName()).ToArray();
        var drafts = Enumerable.Range(0, 100).Select(_ => Appends.New()).ToArray();

        var outcomes = await Task.WhenAll(drafts.SelectMany((draft, i) => new[]
        {
            test.CommitOneAsync(keys[i % keys.Length], draft),
            other.CommitOneAsync(keys[i % keys.Length], draft),
        }));

        Assert.Equal(drafts.Length, outcomes.Count(outcome => outcome is Outcome.Done));
        for (var i = 0; i < drafts.Length; i++)
            Assert.Equal(outcomes[2 * i].Number(), outcomes[2 * i + 1].Number());
        foreach (var key in keys)
            Assert.Equal(
                Enumerable.Range(1, 10),
                (await test.Store.ListVersionsAsync(key, 0, 100, CancellationToken.None))!.Items.Select(version => version.Version));
    }

    [Theory, Sqlite, Postgres]
    public async Task An_archived_preset_still_answers_a_stored_draft(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewName();
        var byId = Appends.New();
        var byKey = Appends.New(key: Guid.NewGuid().ToString());
        await test.CommitOneAsync(key, byId);
        await test.CommitOneAsync(key, byKey);
        await test.SetStatusAsync(key, "archived");

        var result = await test.CommitAsync(key, [byId, byKey with { Id = Guid.CreateVersion7() }, Appends.New()]);

        Assert.Equal(1, Assert.IsType<Outcome.Earlier>(result.Outcomes[0]).Number());
        Assert.True(Assert.IsType<Outcome.Earlier>(result.Outcomes[1]).Replayed);
        Assert.Equal(2, result.Outcomes[1].Number());
        Assert.Equal(RefusalCode.PresetArchived, Assert.IsType<Outcome.Refused>(result.Outcomes[2]).Code);
    }
}
