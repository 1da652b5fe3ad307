using Xunit.Abstractions;

namespace Presets.Withstand.Tests;

public sealed class PostgresOutageTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task A_server_that_stops_under_load_and_returns_loses_nothing()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        await using var site = await Site.StartAsync(Engine.Postgres, server: server);
        var load = new Load(site.Client, clients: 32, slugs: 25);
        await load.StoredAsync(300);
        load.Restart();

        await server.StopAsync(immediate: true);
        var stoppedAt = DateTime.UtcNow;
        await load.FailedAsync(100);
        var read = await site.Client.GetAsync("api/v1/presets/slug-1");
        await server.StartAgainAsync();
        var returnedAt = DateTime.UtcNow;
        load.Restart();
        // Every client once more beyond what it had under way, and then a good number without a failure between them.
        for (var stable = false; !stable; stable = load.Done.TakeLast(500).All(each => each.Answer.Status == 200))
            await load.StoredAsync(100);
        await load.EndAsync();

        var failed = load.Done.Where(each => each.Answer.Status != 200).ToArray();
        var reasons = failed.GroupBy(each => each.Answer.Reason).Select(each => $"{each.Count()} {each.Key}");
        var lastAfterReturn = failed.Max(each => each.Answer.EndedAt) - returnedAt;
        output.WriteLine(
            $"{load.Stored.Count()} stored, {failed.Length} refused ({string.Join(", ", reasons)}), "
            + $"slowest {load.Done.Max(each => each.Answer.Took.TotalSeconds):0.00} s, "
            + $"away {(returnedAt - stoppedAt).TotalSeconds:0.00} s, "
            + $"last refusal {lastAfterReturn.TotalSeconds:0.00} s after its return");
        Assert.Equal((503, "unavailable"), (read.Status, read.Reason));
        Assert.All(failed, each =>
        {
            Assert.True(each.Answer.Status == 503, $"{each.Answer.Status} {each.Answer.Text}");
            Assert.Contains(each.Answer.Reason, new[] { "unavailable", "outcome_unknown" });
            Assert.NotNull(each.Answer.RetryAfter);
            Assert.InRange(each.Answer.Took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        });
        Assert.InRange(load.Done.Max(each => each.Answer.Took), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.InRange(failed.Max(each => each.Answer.EndedAt), stoppedAt, returnedAt.AddSeconds(5));

        var table = await site.ReadTableAsync();
        table.AssertSound();
        table.AssertHolds(load.Stored);
        var marks = table.Rows.Select(row => row.Mark).ToHashSet();
        Assert.Equal(table.Rows.Count(), marks.Count);
        // "unavailable" promises that nothing was stored.
        Assert.DoesNotContain(failed, each => each.Answer.Reason == "unavailable" && marks.Contains(each.Create.Mark));

        var keyed = failed.Where(each => each.Create.Key is not null).ToArray();
        await Parallel.ForEachAsync(keyed, async (each, _) =>
        {
            var again = (await site.Client.CreateAsync(each.Create)).Stored();
            Assert.Equal(marks.Contains(each.Create.Mark), again.Replayed);
        });
        table = await site.ReadTableAsync();
        table.AssertSound();
        Assert.All(keyed, each => Assert.Single(table.Rows, row => row.Mark == each.Create.Mark));
    }

    [PostgresFact]
    public async Task A_server_that_hangs_holds_no_request_longer_than_ten_seconds()
    {
        await using var site = await Site.StartAsync(Engine.Postgres);
        (await site.Client.CreateAsync(Create.New("slug-0"))).Stored();
        var hold = await site.HoldWritesAsync();

        var creates = Enumerable.Range(0, 400).Select(i => Create.New($"slug-{i % 200}", keyed: i % 3 == 0)).ToArray();
        var answers = await Task.WhenAll(creates.Select(create => site.Client.CreateAsync(create)));
        await hold.DisposeAsync();

        output.WriteLine(
            $"slowest {answers.Max(answer => answer.Took.TotalSeconds):0.00} s, "
            + string.Join(", ", answers.GroupBy(answer => answer.Reason).Select(each => $"{each.Count()} {each.Key}")));
        Assert.All(answers, answer =>
        {
            Assert.Equal(503, answer.Status);
            Assert.NotNull(answer.RetryAfter);
            Assert.InRange(answer.Took, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        });
        (await site.Client.CreateAsync(Create.New("slug-0"))).Stored();
        var table = await site.ReadTableAsync();
        table.AssertSound();
        var marks = table.Rows.Select(row => row.Mark).ToHashSet();
        Assert.DoesNotContain(
            creates.Zip(answers),
            each => each.Second.Reason == "unavailable" && marks.Contains(each.First.Mark));
    }
}
