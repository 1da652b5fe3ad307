using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class RepeatedDraftTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_draft_appended_again_keeps_its_number(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewKey();
        var draft = Drafts.New("""{"seed":1}""", "prompt");
        await test.Store.AppendNewAsync(key);
        await test.Store.AppendAsync(key, draft);
        await test.Store.AppendNewAsync(key);

        foreach (var again in new[] { draft, draft with { MayBeStored = true } })
        {
            var earlier = Assert.IsType<DraftOutcome.Earlier>(await test.Store.AppendAsync(key, again));

            Assert.False(earlier.Replayed);
            Assert.Equal((draft.VersionId, 2), (earlier.Version.Id, earlier.Version.Version));
            Assert.Equal(draft.Config.Text(), earlier.Version.Config.Text());
        }

        var head = (await test.Store.FindAsync(key, CancellationToken.None))!;
        Assert.Equal((3, 3, 3L), (head.Preset.LatestVersion, head.Designated.Version, head.Preset.Revision));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_draft_twice_in_one_append_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewKey();
        var (twice, other) = (Drafts.New(), Drafts.New());

        var result = await test.Store.AppendAsync(key, [twice, other, twice]);

        Assert.Equal([1, 2, 1], result.Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal(2, (await test.Store.ListVersionsAsync(key, 0, 10, CancellationToken.None))!.TotalCount);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_repeated_draft_does_not_hold_up_the_new_ones_beside_it(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (key, neighbour) = (test.NewKey(), test.NewKey());
        var draft = Drafts.New();
        await test.Store.AppendAsync(key, draft);
        var release = await test.StallAppendsAsync();

        var repeated = test.Store.AppendAsync(key, [draft, Drafts.New()]);
        var beside = test.Store.AppendAsync(neighbour, [Drafts.New(), Drafts.New()]);
        await release();

        Assert.Equal([1, 2], (await repeated).Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal([1, 2], (await beside).Outcomes.Select(outcome => outcome.Number()));
        Assert.Equal(2, (await test.Store.ListVersionsAsync(key, 0, 10, CancellationToken.None))!.TotalCount);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_draft_appended_many_times_at_once_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewKey();
        var drafts = Enumerable.Range(0, 20).Select(_ => Drafts.New()).ToArray();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => test.Store.AppendAsync(key, drafts[i % drafts.Length])));

        var numbers = outcomes.Select((outcome, i) => (Draft: i % drafts.Length, Number: outcome.Number())).Distinct().ToArray();
        Assert.Equal(drafts.Length, numbers.Length);
        Assert.Equal(Enumerable.Range(1, drafts.Length), numbers.Select(each => each.Number).Order());
        Assert.Equal(drafts.Length, outcomes.Count(outcome => outcome is DraftOutcome.Stored));
        Assert.Equal(drafts.Length, (await test.Store.ListVersionsAsync(key, 0, 100, CancellationToken.None))!.TotalCount);
    }

    [Theory, Postgres]
    public async Task A_draft_appended_by_two_nodes_at_once_is_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var other = (await test.OpenAsync()).Presets;
        var keys = Enumerable.Range(0, 10).Select(_ => test.NewKey()).ToArray();
        var drafts = Enumerable.Range(0, 100).Select(_ => Drafts.New()).ToArray();

        var outcomes = await Task.WhenAll(drafts.SelectMany((draft, i) => new[]
        {
            test.Store.AppendAsync(keys[i % keys.Length], draft),
            other.AppendAsync(keys[i % keys.Length], draft),
        }));

        Assert.Equal(drafts.Length, outcomes.Count(outcome => outcome is DraftOutcome.Stored));
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
        var key = test.NewKey();
        var byId = Drafts.New();
        var byKey = Drafts.New(key: Guid.NewGuid().ToString());
        await test.Store.AppendAsync(key, byId);
        await test.Store.AppendAsync(key, byKey);
        await test.SetStatusAsync(key, "archived");

        var result = await test.Store.AppendAsync(key, [byId, byKey with { VersionId = Guid.CreateVersion7() }, Drafts.New()]);

        Assert.Equal(1, Assert.IsType<DraftOutcome.Earlier>(result.Outcomes[0]).Number());
        Assert.True(Assert.IsType<DraftOutcome.Earlier>(result.Outcomes[1]).Replayed);
        Assert.Equal(2, result.Outcomes[1].Number());
        Assert.Equal(RefusalCode.PresetArchived, Assert.IsType<DraftOutcome.Refused>(result.Outcomes[2]).Code);
    }
}
