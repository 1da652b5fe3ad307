using Presets.Withstand.Tests;
using Xunit.Abstractions;

namespace Presets.Silo.Tests;

/// <summary>Changes of every kind, many at once on one preset, through all nodes of a cluster.</summary>
public sealed class ChangeRaceTests(ITestOutputHelper output)
{
    private const int Writers = 24;

    private static int Rounds => Site.IsSoak ? 50 : 1;

    [PostgresFact]
    public async Task The_history_tells_what_became_of_every_write()
    {
        await using var site = await ClusterSite.StartAsync(output);
        for (var round = 0; round < Rounds; round++)
        {
            var load = new ChangeLoad(site, $"race-{round}");

            await load.RunAsync(Writers, () => load.Done.Count >= 1500);

            await load.AssertSoundAsync(round % site.Count, isUndisturbed: true);
            Assert.All(
                load.Done,
                each => Assert.True(
                    each.Answer.Status is 200 or 204 or 400 or 404 or 409 or 412, $"{each.Write} {each.Answer.Text}"));
            Tell(load);
        }
    }

    [PostgresFact]
    public async Task Among_writers_with_the_same_tag_one_wins_and_the_others_are_told_the_current_tag()
    {
        await using var site = await ClusterSite.StartAsync(output);
        var tag = (await site.ClientOf(0).CreateAsync(Create.New("won"))).Stored().Tag!;
        for (var round = 0; round < 30 * Rounds; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer =>
                site.ClientOf(writer % site.Count).RequestAsync(
                    HttpMethod.Patch,
                    "api/v1/presets/won",
                    $$"""{"name":"{{round}} {{writer}}"}""",
                    ("If-Match", tag))));

            var winner = Assert.Single(answers, answer => answer.Status == 200);
            var losers = answers.Where(answer => answer != winner);
            Assert.All(losers, loser => Assert.Equal((412, winner.Tag), (loser.Status, loser.Tag)));
            tag = winner.Tag!;
        }
    }

    [PostgresFact]
    public async Task A_repeat_after_a_kill_of_a_node_and_of_Postgres_is_one_change_and_never_412()
    {
        await using var site = await ClusterSite.StartAsync(output);
        for (var round = 0; round < Rounds; round++)
        {
            var load = new ChangeLoad(site, $"killed-{round}");
            var ends = false;
            var running = load.RunAsync(Writers, () => Volatile.Read(ref ends));
            await Until(() => load.Done.Count > 500);

            await site.Node(1).KillAsync();
            await Until(() => load.Done.Count(each => each.Answer.Status == 0) > 20);
            await site.RestartNodeAsync(1, sameSiloPort: true);
            await site.Server.StopAsync(immediate: true);
            await site.Server.StartAgainAsync();
            var answered = load.Done.Count(each => each.Answer.Status == 200);
            await Until(() => load.Done.Count(each => each.Answer.Status == 200) > answered + 200);
            Volatile.Write(ref ends, true);
            await running.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.All(load.Done, each => Assert.True(each.Answer.Status != 500, TellDefect(site, each)));

            var before = await load.AssertSoundAsync(node: 0, isUndisturbed: false);
            var unanswered = load.Done.Where(each => each.Answer.Status is 0 or 503).ToArray();
            var stored = unanswered.Where(each => before.ContainsKey(each.Write.Mark)).ToArray();
            await Parallel.ForEachAsync(unanswered, async (each, _) =>
            {
                var again = await each.Write.SendAsync(site.ClientOf(2));
                if (!before.ContainsKey(each.Write.Mark))
                    return;
                Assert.True(again.Status is 200 or 204, $"{each.Write} was stored, and repeated: {again.Text}");
                Assert.True(again.Replayed);
            });
            await load.AssertSoundAsync(node: 2, isUndisturbed: false);
            output.WriteLine($"{unanswered.Length} without an answer, {stored.Length} of them stored");
            Tell(load);
        }
    }

    private static async Task Until(Func<bool> isReached)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(60); !isReached(); await Task.Delay(20))
            Assert.True(DateTime.UtcNow < deadline, "the load gets no answers");
    }

    private static string TellDefect(ClusterSite site, (Write Write, Answer Answer) failed)
    {
        if (failed.Answer.Status != 500)
            return "";
        var metadata = failed.Answer.Json.GetProperty("error").GetProperty("metadata");
        return $"{failed.Write} {site.LogOf(metadata.GetProperty("trace_id").GetString()!)}";
    }

    private void Tell(ChangeLoad load)
    {
        var counts = load.Done.CountBy(each => each.Answer.Status).OrderBy(count => count.Key);
        output.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key}: {count.Value}")));
    }
}
