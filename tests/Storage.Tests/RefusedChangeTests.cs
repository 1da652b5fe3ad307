using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class RefusedChangeTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_refused_change_leaves_nothing_behind(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();

        var result = await test.CommitAsync(name, [Appends.Refused(engine)]);

        Assert.Equal(RefusalCode.InvalidField, Assert.IsType<Outcome.Refused>(Assert.Single(result.Outcomes)).Code);
        Assert.Null(result.Preset);
        Assert.Null(await test.Store.FindAsync(name, CancellationToken.None));
        Assert.Equal(1, await test.AppendNewAsync(name));
    }

    [Theory]
    [Sqlite(0)]
    [Sqlite(2)]
    [Sqlite(4)]
    [Postgres(0)]
    [Postgres(2)]
    [Postgres(4)]
    public async Task A_refused_change_fails_alone_among_its_presets_changes(Engine engine, int at)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var changes = Enumerable.Range(0, 5).Select(i => i == at ? Appends.Refused(engine) : Appends.New()).ToArray();

        var result = await test.CommitAsync(name, changes);

        var good = changes.Where((_, i) => i != at).Select(change => change.Id).ToArray();
        Assert.IsType<Outcome.Refused>(result.Outcomes[at]);
        Assert.Equal([1, 2, 3, 4], result.Outcomes.Where((_, i) => i != at).Select(outcome => outcome.Number()));
        var page = (await test.Store.ListVersionsAsync(name, 0, 10, CancellationToken.None))!;
        Assert.Equal(good, page.Items.Select(version => version.Id));
        Assert.Equal(4, result.Preset!.LatestVersion);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_refused_change_fails_alone_among_other_presets(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, patient: true);
        var names = Enumerable.Range(0, 20).Select(_ => test.NewName()).ToArray();
        foreach (var name in names[..10])
            await test.AppendNewAsync(name);
        var release = await test.StallAppendsAsync();

        var appends = names
            .Select((name, i) => test.CommitOneAsync(name, i is 3 or 13 ? Appends.Refused(engine) : Appends.New()))
            .ToArray();
        await release();
        var outcomes = await Task.WhenAll(appends);

        for (var i = 0; i < names.Length; i++)
        {
            var before = i < 10 ? 1 : 0;
            var page = await test.Store.ListVersionsAsync(names[i], 0, 10, CancellationToken.None);
            var versions = page?.TotalCount ?? 0;
            if (i is 3 or 13)
                Assert.Equal(RefusalCode.InvalidField, Assert.IsType<Outcome.Refused>(outcomes[i]).Code);
            else
                Assert.Equal(before + 1, outcomes[i].Done().Version);
            Assert.Equal(i is 3 or 13 ? before : before + 1, versions);
        }
    }

    [Theory]
    [Postgres("prompt\0", "user")]
    [Postgres("prompt", "us\0er")]
    public async Task A_text_with_a_zero_character_is_refused_alone(Engine engine, string prompt, string creator)
    {
        await using var test = await TestDatabase.StartAsync(engine, patient: true);
        var (name, neighbour) = (test.NewName(), test.NewName());
        var release = await test.StallAppendsAsync();

        var append = test.CommitAsync(name, [Appends.New(), Appends.New(prompt: prompt, user: creator), Appends.New()]);
        var beside = test.CommitOneAsync(neighbour, Appends.New());
        await release();

        var outcomes = (await append).Outcomes;
        Assert.Equal((1, 2), (outcomes[0].Number(), outcomes[2].Number()));
        Assert.Equal(RefusalCode.InvalidField, Assert.IsType<Outcome.Refused>(outcomes[1]).Code);
        Assert.Equal(1, (await beside).Number());
    }

    [Theory, Postgres]
    public async Task Text_that_is_not_utf8_is_refused_alone(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, patient: true);
        var (name, neighbour) = (test.NewName(), test.NewName());
        var release = await test.StallAppendsAsync();

        byte[] config = [.. "{\"a\":\""u8, 0xc3, 0x28, .. "\"}"u8];
        var append = test.CommitOneAsync(name, Appends.New() with { Config = config });
        var beside = test.CommitOneAsync(neighbour, Appends.New());
        await release();

        Assert.Equal(RefusalCode.InvalidField, Assert.IsType<Outcome.Refused>(await append).Code);
        Assert.Equal(1, (await beside).Number());
    }

    [Theory, Sqlite, Postgres]
    public async Task A_change_that_cannot_be_planned_fails_alone(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (name, neighbour) = (test.NewName(), test.NewName());

        var broken = test.CommitOneAsync(name, Appends.New() with { Config = "{not JSON"u8.ToArray() });
        var beside = test.CommitOneAsync(neighbour, Appends.New());

        await Assert.ThrowsAnyAsync<System.Text.Json.JsonException>(() => broken);
        Assert.Equal(1, (await beside).Number());
        Assert.Equal(1, (await test.CommitOneAsync(name, Appends.New())).Number());
    }
}
