using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class RefusedDraftTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_refused_draft_leaves_nothing_behind(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewKey();

        var result = await test.Store.AppendAsync(key, [Drafts.Refused(engine)]);

        Assert.Equal(RefusalCode.InvalidField, Assert.IsType<DraftOutcome.Refused>(Assert.Single(result.Outcomes)).Code);
        Assert.Null(result.Preset);
        Assert.Null(await test.Store.FindAsync(key, CancellationToken.None));
        Assert.Equal(1, await test.Store.AppendNewAsync(key));
    }

    [Theory]
    [Sqlite(0)]
    [Sqlite(2)]
    [Sqlite(4)]
    [Postgres(0)]
    [Postgres(2)]
    [Postgres(4)]
    public async Task A_refused_draft_fails_alone_among_its_presets_drafts(Engine engine, int at)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewKey();
        var drafts = Enumerable.Range(0, 5).Select(i => i == at ? Drafts.Refused(engine) : Drafts.New()).ToArray();

        var result = await test.Store.AppendAsync(key, drafts);

        var good = drafts.Where((_, i) => i != at).Select(draft => draft.VersionId).ToArray();
        Assert.IsType<DraftOutcome.Refused>(result.Outcomes[at]);
        Assert.Equal([1, 2, 3, 4], result.Outcomes.Where((_, i) => i != at).Select(outcome => outcome.Number()));
        Assert.Equal(good, (await test.Store.ListVersionsAsync(key, 0, 10, CancellationToken.None))!.Items.Select(version => version.Id));
        Assert.Equal(4, result.Preset!.LatestVersion);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_refused_draft_fails_alone_among_other_presets(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var keys = Enumerable.Range(0, 20).Select(_ => test.NewKey()).ToArray();
        foreach (var key in keys[..10])
            await test.Store.AppendNewAsync(key);
        var release = await test.StallAppendsAsync();

        var appends = keys.Select((key, i) => test.Store.AppendAsync(key, i is 3 or 13 ? Drafts.Refused(engine) : Drafts.New())).ToArray();
        await release();
        var outcomes = await Task.WhenAll(appends);

        for (var i = 0; i < keys.Length; i++)
        {
            var before = i < 10 ? 1 : 0;
            var versions = (await test.Store.ListVersionsAsync(keys[i], 0, 10, CancellationToken.None))?.TotalCount ?? 0;
            if (i is 3 or 13)
                Assert.Equal(RefusalCode.InvalidField, Assert.IsType<DraftOutcome.Refused>(outcomes[i]).Code);
            else
                Assert.Equal(before + 1, Assert.IsType<DraftOutcome.Stored>(outcomes[i]).Version);
            Assert.Equal(i is 3 or 13 ? before : before + 1, versions);
        }
    }

    [Theory]
    [Postgres("prompt\0", "user")]
    [Postgres("prompt", "us\0er")]
    public async Task A_text_with_a_zero_character_is_refused_alone(Engine engine, string prompt, string creator)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (key, neighbour) = (test.NewKey(), test.NewKey());
        var release = await test.StallAppendsAsync();

        var append = test.Store.AppendAsync(key, [Drafts.New(), Drafts.New(prompt: prompt, creator: creator), Drafts.New()]);
        var beside = test.Store.AppendAsync(neighbour, Drafts.New());
        await release();

        var outcomes = (await append).Outcomes;
        Assert.Equal((1, 2), (outcomes[0].Number(), outcomes[2].Number()));
        Assert.Equal(RefusalCode.InvalidField, Assert.IsType<DraftOutcome.Refused>(outcomes[1]).Code);
        Assert.Equal(1, (await beside).Number());
    }

    [Theory, Postgres]
    public async Task Text_that_is_not_utf8_is_refused_alone(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (key, neighbour) = (test.NewKey(), test.NewKey());
        var release = await test.StallAppendsAsync();

        var append = test.Store.AppendAsync(key, Drafts.New() with { Config = new byte[] { 0x7b, 0xc3, 0x28, 0x7d } });
        var beside = test.Store.AppendAsync(neighbour, Drafts.New());
        await release();

        Assert.Equal(RefusalCode.InvalidField, Assert.IsType<DraftOutcome.Refused>(await append).Code);
        Assert.Equal(1, (await beside).Number());
    }
}
