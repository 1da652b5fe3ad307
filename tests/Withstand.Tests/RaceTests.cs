namespace Presets.Withstand.Tests;

public sealed class RaceTests
{
    [Theory]
    [Sqlite(1)]
    [Postgres(1)]
    [Postgres(2)]
    public async Task A_thousand_concurrent_creates_on_one_slug_leave_no_gap(Engine engine, int nodes)
    {
        await using var site = await Site.StartAsync(engine, nodes);
        var creates = Enumerable.Range(0, 1000).Select(_ => Create.New("hot")).ToArray();

        var answers = await Task.WhenAll(creates.Select((create, i) => site.ClientOf(i % nodes).CreateAsync(create)));

        await AssertAllStoredAsync(site, nodes, creates.Zip(answers).ToArray());
        Assert.Equal(Enumerable.Range(1, 1000), answers.Select(answer => answer.Number).Order());
    }

    [Theory]
    [Sqlite(1)]
    [Postgres(1)]
    [Postgres(2)]
    public async Task Ten_thousand_creates_over_a_thousand_slugs_leave_no_gap(Engine engine, int nodes)
    {
        await using var site = await Site.StartAsync(engine, nodes);
        var creates = Enumerable.Range(0, 10_000).Select(i => Create.New($"slug-{i * 7 / nodes % 1000}")).ToArray();
        var done = new (Create, Answer)[creates.Length];

        await Parallel.ForAsync(0, creates.Length, new ParallelOptions { MaxDegreeOfParallelism = 500 }, async (i, _) =>
            done[i] = (creates[i], await site.ClientOf(i % nodes).CreateAsync(creates[i])));

        await AssertAllStoredAsync(site, nodes, done);
        foreach (var ofOneSlug in done.GroupBy(each => each.Item1.Slug, each => each.Item2.Number))
            Assert.Equal(Enumerable.Range(1, 10), ofOneSlug.Order());
        Assert.InRange(site.Node.ResidentBytes, 1, 400L << 20);
    }

    private static async Task AssertAllStoredAsync(Site site, int nodes, (Create Create, Answer Answer)[] done)
    {
        foreach (var (_, answer) in done)
            answer.Stored();
        var table = await site.ReadTableAsync();
        table.AssertSound();
        table.AssertHolds(done);
        Assert.Equal(done.Length, table.Rows.Count());

        var slugs = done.GroupBy(each => each.Create.Slug).ToArray();
        await Parallel.ForAsync(0, slugs.Length, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            var client = site.ClientOf(i % nodes);
            var found = await client.VersionsAsync(slugs[i].Key);
            Assert.Equal(slugs[i].Count(), found.Count);
            foreach (var (_, answer) in slugs[i])
                Assert.Equal(answer.Id, found[answer.Number]);
        });
    }
}
