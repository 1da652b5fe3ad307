using Presets.Withstand.Tests;
using Xunit.Abstractions;

namespace Presets.Silo.Tests;

/// <summary>What three nodes withstand together, each a process of its own.</summary>
public sealed class ClusterTests(ITestOutputHelper output)
{
    private static readonly TimeSpan HeadMaxAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private static int Rounds => Site.IsSoak ? 20 : 1;

    [PostgresFact]
    public async Task A_node_that_is_killed_is_missed_by_nobody_and_one_that_joins_takes_load_at_once()
    {
        await using var site = await ClusterSite.StartAsync(output);
        for (var round = 0; round < Rounds; round++)
        {
            var killed = site.Count - 1 - round % site.Count;
            using var heartbeat = new Heartbeat();
            var load = await ClusterLoad.StartAsync(site);
            await load.AnsweredAsync(500);
            var warmAt = DateTime.UtcNow;
            await load.AnsweredAsync(500);

            var killedAt = DateTime.UtcNow;
            await site.Node(killed).KillAsync();
            await site.WithoutAsync(killed);
            var evictedAt = DateTime.UtcNow;
            await load.AnsweredAsync(300);
            var restartedAt = DateTime.UtcNow;
            await site.RestartNodeAsync(killed, sameSiloPort: false);
            var joinedAt = DateTime.UtcNow;
            load.Back(killed);
            await load.AnsweredAsync(100, request => request.Node == killed && request.SentAt > joinedAt);
            var tookLoadAt = DateTime.UtcNow;
            await load.EndAsync();

            var survivors = load.Done.Where(request => request.Node != killed || request.SentAt > joinedAt).ToArray();
            var before = survivors.Where(request => request.SentAt > warmAt && request.EndedAt < killedAt)
                .Max(request => request.Took);
            var atKill = Longest(survivors, killedAt, restartedAt);
            var atJoin = Longest(survivors, restartedAt, DateTime.MaxValue);
            output.WriteLine(
                $"longest request {atKill.TotalMilliseconds:0} ms at the kill, "
                + $"{atJoin.TotalMilliseconds:0} ms at the join, {before.TotalMilliseconds:0} ms before; "
                + $"the machine's longest pause {heartbeat.Longest.TotalMilliseconds:0} ms; "
                + $"evicted after {(evictedAt - killedAt).TotalSeconds:0.0} s; {survivors.Length} requests; "
                + $"100 at the new node in {(tookLoadAt - joinedAt).TotalSeconds:0.00} s");
            AssertAllAnswered(survivors);
            // Whoever was under way at the killed node lost the connection, and nothing else happened to it.
            Assert.All(
                load.Done.Except(survivors),
                request => Assert.True(request.Answer.Status is 200 or 0, request.Answer.Text));
            Assert.InRange(atKill, TimeSpan.Zero, BoundOn(before, heartbeat.Longest));
            Assert.InRange(atJoin, TimeSpan.Zero, BoundOn(before, heartbeat.Longest));
            load.AssertFresh(HeadMaxAge);
            await site.AssertNothingLostAsync(load);
        }
    }

    [PostgresFact]
    public async Task A_rolling_restart_under_load_shows_no_error()
    {
        await using var site = await ClusterSite.StartAsync(output);
        for (var round = 0; round < Rounds; round++)
        {
            var load = await ClusterLoad.StartAsync(site);
            await load.AnsweredAsync(500);
            var warmAt = DateTime.UtcNow;

            for (var node = 0; node < site.Count; node++)
            {
                site.Node(node).AskToEnd();
                Assert.Equal(0, await site.Node(node).EndAsync());
                await site.RestartNodeAsync(node, sameSiloPort: true);
                load.Back(node);
                await load.AnsweredAsync(50, request => request.Node == node);
            }

            await load.EndAsync();

            var longest = load.Done.Where(request => request.SentAt > warmAt).Max(request => request.Took);
            output.WriteLine($"longest request {longest.TotalMilliseconds:0} ms of {load.Done.Count}");
            AssertAllAnswered(load.Done);
            load.AssertFresh(HeadMaxAge);
            var table = await site.AssertNothingLostAsync(load);
            if (round == 0)
                Assert.Equal(load.Stored.Count(), table.Rows.Count());
        }
    }

    [PostgresFact]
    public async Task A_rolling_upgrade_whose_first_node_brings_a_newer_schema_shows_no_error()
    {
        await using var site = await ClusterSite.StartAsync(output);
        var load = await ClusterLoad.StartAsync(site);
        await load.AnsweredAsync(500);
        // So often that each node has its statements prepared.
        for (var i = 0; i < 5; i++)
            await UseAllAsync();

        await RestartAsync(0);
        var migratedAt = DateTime.UtcNow;
        await site.MigrateToNextAsync();
        var took = DateTime.UtcNow - migratedAt;
        await UseAllAsync();
        for (var node = 0; node < site.Count; node++)
            await load.AnsweredAsync(50, request => request.Node == node);
        // The old release starts on the new schema, too: when the upgrade is taken back, or when a node of it ends by
        // itself.
        for (var node = 0; node < site.Count; node++)
            await RestartAsync(node);
        await UseAllAsync();
        await load.EndAsync();

        var longest = load.Done.Where(request => request.EndedAt > migratedAt).Max(request => request.Took);
        output.WriteLine(
            $"migrated in {took.TotalMilliseconds:0} ms; "
            + $"longest request {longest.TotalMilliseconds:0} ms of {load.Done.Count}");
        Assert.Contains("9999_next", await site.MigrationsAsync());
        AssertAllAnswered(load.Done);
        load.AssertFresh(HeadMaxAge);
        await site.AssertNothingLostAsync(load);

        async Task RestartAsync(int node)
        {
            site.Node(node).AskToEnd();
            Assert.Equal(0, await site.Node(node).EndAsync());
            await site.RestartNodeAsync(node, sameSiloPort: true);
            load.Back(node);
            await load.AnsweredAsync(50, request => request.Node == node);
        }

        // What the load leaves out.
        async Task UseAllAsync()
        {
            for (var node = 0; node < site.Count; node++)
            {
                var keyed = Create.New($"keyed-{Guid.NewGuid():N}", keyed: true);
                var client = site.ClientOf(node);
                Assert.Equal(1, (await client.CreateAsync(keyed)).Stored().Number);
                Assert.True((await client.CreateAsync(keyed)).Stored().Replayed);
                Assert.Equal([1], (await client.VersionsAsync(keyed.Slug)).Keys);
                (await client.GetAsync($"api/v1/presets/{keyed.Slug}/versions/1")).Stored();
                (await client.GetAsync("api/v1/presets")).Stored();
            }
        }
    }

    [PostgresFact]
    public async Task A_database_that_is_restarted_is_missed_only_while_it_is_away()
    {
        await using var site = await ClusterSite.StartAsync(output);
        for (var round = 0; round < Rounds; round++)
        {
            var load = await ClusterLoad.StartAsync(site);
            await load.AnsweredAsync(300);

            var stoppedAt = DateTime.UtcNow;
            await site.Server.StopAsync(immediate: true);
            await load.AnsweredAsync(20, request => request.Answer.Status == 503);
            await site.Server.StartAgainAsync();
            var returnedAt = DateTime.UtcNow;
            // Each client's request under way, and then a good number without a failure between them.
            do
                await load.AnsweredAsync(100);
            while (load.Done.TakeLast(400).Any(request => !request.IsAnswered));
            await load.EndAsync();

            var failed = load.Done.Where(request => !request.IsAnswered).ToArray();
            output.WriteLine(
                $"{failed.Length} refused of {load.Done.Count}, "
                + $"slowest {load.Done.Max(request => request.Took).TotalSeconds:0.00} s, "
                + $"away {(returnedAt - stoppedAt).TotalSeconds:0.00} s, last refusal "
                + $"{(failed.Max(request => request.EndedAt) - returnedAt).TotalSeconds:0.00} s after its return");
            Assert.All(failed, request =>
            {
                Assert.True(request.Answer.Status == 503, $"{request.Answer.Status} {request.Answer.Text}");
                Assert.Contains(request.Answer.Reason, new[] { "unavailable", "outcome_unknown" });
                Assert.NotNull(request.Answer.RetryAfter);
                Assert.InRange(request.EndedAt, stoppedAt, returnedAt.AddSeconds(5));
            });
            load.AssertFresh(HeadMaxAge);
            await site.AssertNothingLostAsync(load);
        }
    }

    [PostgresFact]
    public async Task A_node_that_is_frozen_and_goes_on_harms_nobody_and_serves_nothing_stale()
    {
        await using var site = await ClusterSite.StartAsync(output);
        for (var round = 0; round < Rounds; round++)
        {
            var frozen = site.Count - 1 - round % site.Count;
            using var heartbeat = new Heartbeat();
            var load = await ClusterLoad.StartAsync(site);
            await load.AnsweredAsync(500);
            var warmAt = DateTime.UtcNow;
            await load.AnsweredAsync(500);
            var before = load.Done.Where(request => request.SentAt > warmAt).Max(request => request.Took);

            var frozenAt = DateTime.UtcNow;
            await site.Node(frozen).FreezeAsync();
            // The freeze itself is what is waited for; in a long run, every second time, until the others have evicted
            // the silo.
            await Task.Delay(TimeSpan.FromSeconds(Site.IsSoak ? 30 : 10));
            if (Site.IsSoak && round % 2 == 0)
                await site.WithoutAsync(frozen);
            var thawedAt = DateTime.UtcNow;
            await site.Node(frozen).ThawAsync();
            await load.AnsweredAsync(300);
            if (!Site.IsSoak)
                await load.AnsweredAsync(50, request => request.Node == frozen && request.SentAt > thawedAt);
            await load.EndAsync();

            var survivors = load.Done.Where(request => request.Node != frozen).ToArray();
            var longest = survivors.Where(request => request.EndedAt > frozenAt).Max(request => request.Took);
            var during = survivors.Count(request => request.EndedAt > frozenAt && request.SentAt < thawedAt);
            var thawed = load.Done.Count(request => request.Node == frozen && request.EndedAt > thawedAt);
            output.WriteLine(
                $"longest request of the others {longest.TotalMilliseconds:0} ms, "
                + $"before the freeze {before.TotalMilliseconds:0} ms, "
                + $"the machine's longest pause {heartbeat.Longest.TotalMilliseconds:0} ms; "
                + $"{during} requests during the freeze; of the frozen node's {thawed} after it");
            AssertAllAnswered(survivors);
            Assert.InRange(longest, TimeSpan.Zero, BoundOn(before, heartbeat.Longest));
            load.AssertFresh(HeadMaxAge);
            var table = await site.AssertNothingLostAsync(load);

            await Task.Delay(HeadMaxAge);
            var isEvicted = await site.IsDeadAsync(frozen);
            output.WriteLine(isEvicted ? "The frozen silo was evicted." : "The frozen silo is still a member.");
            foreach (var (slug, rows) in table.Presets)
            {
                var answer = await site.ClientOf(frozen).GetAsync($"api/v1/presets/{slug}");
                // A silo that was evicted ends itself when it learns that.
                if (isEvicted && answer.Status == 0)
                    break;
                Assert.Equal(rows[0].Latest, answer.Stored().Number);
            }

            if (!isEvicted)
            {
                // What waited in its queues meanwhile has no time left, and is refused: nothing of it is stored.
                AssertAllAnswered(load.Done.Where(request =>
                    request.Node != frozen || request.SentAt > thawedAt || request.Answer.Reason != "unavailable"));
                continue;
            }

            await site.Node(frozen).KillAsync();
            await site.RestartNodeAsync(frozen, sameSiloPort: false);
        }
    }

    /// <summary>The longest of the requests that ended in a span of time.</summary>
    private static TimeSpan Longest(IEnumerable<Request> requests, DateTime from, DateTime to) =>
        requests.Where(request => request.EndedAt >= from && request.EndedAt < to).Max(request => request.Took);

    private static void AssertAllAnswered(IEnumerable<Request> requests) =>
        Assert.All(requests, request => Assert.True(
            request.IsAnswered,
            $"node {request.Node} at {request.SentAt:HH:mm:ss.fff} after {request.Took.TotalSeconds:0.00} s: "
            + $"{request.Answer.Status} {request.Answer.Text}"));

    /// <summary>
    /// Two seconds, and where the machine is starved as much more as it has shown to take by itself: the longest
    /// request while nothing was wrong, or the longest time for which it did not let a thread run that was ready to.
    /// Below half a second neither is starvation.
    /// </summary>
    private static TimeSpan BoundOn(TimeSpan longestBefore, TimeSpan longestPause)
    {
        var starved = longestBefore > longestPause ? longestBefore : longestPause;
        return starved < TimeSpan.FromMilliseconds(500) ? Bound : Bound + starved;
    }
}
