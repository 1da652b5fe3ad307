namespace Presets.Withstand.Tests;

public sealed class KillTests
{
    [Theory, Sqlite, Postgres]
    public async Task What_was_answered_survives_a_kill_under_load(Engine engine)
    {
        await using var site = await Site.StartAsync(engine);
        var port = site.Node.Port;
        var answered = new List<(Create Create, Answer Answer)>();
        var kills = Site.IsSoak ? 100 : 5;

        for (var kill = 0; kill < kills; kill++)
        {
            var load = new Load(site.Client, clients: 32, slugs: 25);
            await load.StoredAsync(Random.Shared.Next(150, 450));
            await site.Node.KillAsync();
            await load.EndAsync();
            await site.AddNodeAsync(port);

            answered.AddRange(load.Stored);
            Assert.All(
                load.Done,
                each => Assert.True(each.Answer.Status is 200 or 0, $"{each.Answer.Status} {each.Answer.Text}"));
            var table = await site.ReadTableAsync();
            table.AssertSound();
            table.AssertHolds(answered);
            Assert.Equal(table.Rows.Count(), table.Rows.Select(row => row.Mark).Distinct().Count());
            await AssertRepeatedOnceAsync(site, load);
            await AssertFoundAsync(site, load);
        }
    }

    /// <summary>
    /// A request that is repeated with its idempotency key is one version, whether its first answer came or not.
    /// </summary>
    private static async Task AssertRepeatedOnceAsync(Site site, Load load)
    {
        var before = (await site.ReadTableAsync()).Rows.ToDictionary(row => row.Mark, row => row.Id);
        var keyed = load.Done.Where(each => each.Create.Key is not null).ToArray();
        var unanswered = keyed.Where(each => each.Answer.Status == 0);
        var repeated = unanswered.Concat(keyed.Where(each => each.Answer.Status == 200).TakeLast(20)).ToArray();

        await Parallel.ForEachAsync(repeated, async (each, _) =>
        {
            var first = (await site.Client.CreateAsync(each.Create)).Stored();
            var second = (await site.Client.CreateAsync(each.Create)).Stored();

            Assert.Equal(before.ContainsKey(each.Create.Mark), first.Replayed);
            Assert.Equal(before.GetValueOrDefault(each.Create.Mark, first.Id), first.Id);
            Assert.True(second.Replayed);
            Assert.Equal((first.Id, first.Number), (second.Id, second.Number));
        });

        var marks = (await site.ReadTableAsync()).Rows.GroupBy(row => row.Mark);
        Assert.All(marks, mark => Assert.Single(mark));
    }

    private static async Task AssertFoundAsync(Site site, Load load)
    {
        foreach (var ofOneSlug in load.Stored.GroupBy(each => each.Create.Slug))
        {
            var found = await site.Client.VersionsAsync(ofOneSlug.Key);
            foreach (var (_, answer) in ofOneSlug)
                Assert.Equal(answer.Id, found[answer.Number]);
        }
    }
}
