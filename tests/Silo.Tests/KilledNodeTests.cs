using System.Collections.Concurrent;
using System.Text;
using Presets.Withstand.Tests;
using Xunit.Abstractions;

namespace Presets.Silo.Tests;

/// <summary>
/// A node that is killed while it forwards inference requests: its clients lose what was under way there, and nobody
/// else notices.
/// </summary>
public sealed class KilledNodeTests(ITestOutputHelper output)
{
    private const int Killed = 2;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    // What is to be seen is the cluster, not who starves first.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // How often a node hands over what it has counted.
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(5);

    [PostgresFact]
    public async Task Its_own_streams_break_those_of_the_others_end_and_its_presets_are_served_at_once()
    {
        var isKilled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script = async call =>
        {
            if (!call.Text.Contains("\"stream\":true", StringComparison.Ordinal))
            {
                await call.AnswerAsync(call.Text);
                return;
            }

            await call.SendAsync("data: 1\n\n");
            await isKilled.Task;
            await call.SendAsync("data: 2\n\n");
            await mayEnd.Task;
            await call.SendAsync("data: [DONE]\n\n");
        };
        await using var site = await StartAsync(upstream);
        // Their grains are on the node that is killed. The others know half of them.
        var presets = Enumerable.Range(0, 20).Select(i => Create.New($"preset-{i}")).ToArray();
        foreach (var preset in presets)
            (await site.ClientOf(Killed).CreateAsync(preset)).Stored();
        for (var node = 0; node < Killed; node++)
        {
            foreach (var preset in presets[..10])
                (await SendAsync(site, node, preset.Slug)).Stored();
        }

        var streams = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var response = await site.ClientOf(i % site.Count).OpenAsync(
                $$"""{"model":"@preset/{{presets[i % 10].Slug}}","stream":true,"messages":[]}""");
            Assert.True(response.IsSuccessStatusCode);
            var events = await response.Content.ReadAsStreamAsync();
            Assert.Equal("data: 1\n\n", await ReadAsync(events));
            return (Node: i % site.Count, Events: events);
        }));
        var (broken, others) = (
            streams.Where(stream => stream.Node == Killed), streams.Where(stream => stream.Node != Killed).ToArray());
        using var heartbeat = new Heartbeat();

        await site.Node(Killed).KillAsync();
        isKilled.SetResult();
        foreach (var (_, events) in broken)
            await Assert.ThrowsAnyAsync<IOException>(() => new StreamReader(events).ReadToEndAsync());
        var answers = new List<(Create Preset, Answer Answer)>();
        bool isDead;
        // From the first moment on, and until the cluster knows of it.
        do
        {
            isDead = await site.IsDeadAsync(Killed);
            answers.AddRange(await Task.WhenAll(presets.SelectMany(preset => Enumerable.Range(0, Killed).Select(
                async node => (preset, await SendAsync(site, node, preset.Slug))))));
            await Task.Delay(Pause);
        }
        while (!isDead);

        Assert.All(answers, each => Assert.Contains(each.Preset.Mark, each.Answer.Stored().Text));
        var longest = answers.Max(each => each.Answer.Took);
        output.WriteLine(
            $"{answers.Count} requests until the silo was dead, the longest {longest.TotalMilliseconds:0} ms; "
            + $"the machine's longest pause {heartbeat.Longest.TotalMilliseconds:0} ms");
        Assert.InRange(longest, TimeSpan.Zero, Bound + heartbeat.Longest);
        foreach (var (_, events) in others)
            Assert.Equal("data: 2\n\n", await ReadAsync(events));
        mayEnd.SetResult();
        foreach (var (_, events) in others)
            Assert.Equal("data: [DONE]\n\n", await new StreamReader(events).ReadToEndAsync());
    }

    [PostgresFact]
    public async Task The_use_that_it_had_not_handed_over_is_lost_and_none_is_counted_twice()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var site = await StartAsync(upstream);
        string[] slugs = ["of-0", "of-1", "of-2", "of-all"];
        foreach (var (node, slug) in slugs.Index())
            (await site.ClientOf(node % site.Count).CreateAsync(Create.New(slug))).Stored();
        var done = new ConcurrentQueue<(int Node, string Slug, Answer Answer)>();
        using var end = new CancellationTokenSource();
        using var heartbeat = new Heartbeat();
        var load = Task.WhenAll(Enumerable.Range(0, 4 * site.Count).Select(client => Task.Run(async () =>
        {
            var node = client % site.Count;
            for (var (i, status) = (0, 200); status == 200 && !end.IsCancellationRequested; i++)
            {
                var slug = i % 2 == 0 ? "of-all" : $"of-{node}";
                var answer = await SendAsync(site, node, slug);
                done.Enqueue((node, slug, answer));
                status = answer.Status;
                await Task.Delay(Pause);
            }
        })));
        var handedOver = 0L;
        for (var i = 0; i < 2; i++)
            handedOver = await UsedAsync(site, 0, $"of-{Killed}", handedOver + 1);

        var ofOther = await UsedAsync(site, 0, "of-1", 1);

        var killedAt = DateTime.UtcNow;
        await site.Node(Killed).KillAsync();
        // The others go on to hand over.
        await UsedAsync(site, 0, "of-1", ofOther + 1);
        await end.CancelAsync();
        await load.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.All(done.Where(each => each.Node != Killed), each => each.Answer.Stored());
        // A hand-over takes its time, too.
        var safeUntil = killedAt - HandOver - Bound - heartbeat.Longest;
        foreach (var slug in slugs)
        {
            var sent = done.Where(each => each.Slug == slug).ToArray();
            var least = sent.Count(each => each.Node != Killed
                || (each.Answer.Status == 200 && each.Answer.EndedAt < safeUntil));
            if (slug == $"of-{Killed}")
                least = Math.Max(least, (int)handedOver);
            for (var node = 0; node < Killed; node++)
            {
                var used = await UsedAsync(site, node, slug, least);
                output.WriteLine($"{slug}: {used} at node {node}, of {sent.Length}, at least {least}");
                Assert.InRange(used, least, sent.Length);
            }
        }
    }

    private Task<ClusterSite> StartAsync(ScriptedUpstream upstream)
    {
        upstream.Records = false;
        return ClusterSite.StartAsync(
            output, ("Upstreams__main__BaseUrl", upstream.Url), ("Upstreams__main__Key", "sk-upstream"));
    }

    private static Task<Answer> SendAsync(ClusterSite site, int node, string slug) => site.ClientOf(node).RequestAsync(
        HttpMethod.Post, "api/v1/chat/completions", $$"""{"model":"@preset/{{slug}}","messages":[]}""");

    /// <summary>The requests that a node says have used a preset, when they are as many as it takes.</summary>
    private static async Task<long> UsedAsync(ClusterSite site, int node, string slug, long least)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(100))
        {
            var answer = await site.ClientOf(node).GetAsync($"api/v1/presets/{slug}/usage");
            var used = answer.Stored().Json.GetProperty("data").GetProperty("entries").EnumerateArray()
                .Sum(entry => entry.GetProperty("requests").GetInt64());
            if (used >= least)
                return used;
            Assert.True(DateTime.UtcNow < deadline, $"node {node} counts {used} requests of {slug}, not {least}");
        }
    }

    private static async Task<string> ReadAsync(Stream events)
    {
        var next = new byte["data: 1\n\n".Length];
        await events.ReadExactlyAsync(next).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        return Encoding.UTF8.GetString(next);
    }
}
