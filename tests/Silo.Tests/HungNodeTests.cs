using System.Collections.Concurrent;
using Presets.Withstand.Tests;
using Xunit.Abstractions;

namespace Presets.Silo.Tests;

/// <summary>
/// A node that hangs in the middle of keyed creates, as one does whose virtual machine is paused: what it has begun in
/// the database, and the silo that does not answer, must delay nobody at the other nodes.
/// </summary>
public sealed class HungNodeTests(ITestOutputHelper output)
{
    private const int Hung = 2;
    private const int Clients = 8;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private static int Rounds => Site.IsSoak ? 20 : 4;

    [PostgresFact]
    public Task Creates_of_its_presets_and_of_others_go_on_at_the_other_nodes() =>
        HangAsync(client => Random.Shared.Next(20) is var i && i < 10 ? $"hung-{i}" : $"hung-{client}");

    [PostgresFact]
    public Task Creates_of_the_presets_that_it_was_making_go_on_at_the_other_nodes() =>
        HangAsync(_ => $"new-{Guid.NewGuid():N}");

    private async Task HangAsync(Func<int, string> slugOfHung)
    {
        await using var site = await ClusterSite.StartAsync(output);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            (await site.ClientOf(Hung).CreateAsync(Create.New($"hung-{i}"))).Stored();
            (await site.ClientOf(i % Hung).CreateAsync(Create.New($"other-{i}"))).Stored();
        }));
        var sent = new ConcurrentStack<string>();
        var done = new ConcurrentQueue<Answer>();
        using var heartbeat = new Heartbeat();
        for (var round = 0; round < Rounds; round++)
        {
            sent.Clear();
            using var end = new CancellationTokenSource();
            var answeredByHung = 0;
            var warm = new TaskCompletionSource();
            var ofHung = Task.WhenAll(Enumerable.Range(0, 2 * Clients).Select(async client =>
            {
                while (!end.IsCancellationRequested)
                {
                    var slug = slugOfHung(client);
                    sent.Push(slug);
                    // What waited for it to go on is refused by now, or stored.
                    var answer = await site.ClientOf(Hung).CreateAsync(Create.New(slug, keyed: true));
                    Assert.True(answer.Status is 200 or 503, $"{answer.Status} {answer.Text}");
                    if (Interlocked.Increment(ref answeredByHung) == 200)
                        warm.TrySetResult();
                }
            }));
            await warm.Task.WaitAsync(TimeSpan.FromSeconds(60));

            await site.Node(Hung).FreezeAsync();
            // What it was doing: the newest that were sent to it, as many as it has clients.
            string[] underWay = [.. sent.Take(4 * Clients)];
            var frozenUntil = DateTime.UtcNow.AddSeconds(4);
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
            {
                for (var i = client; DateTime.UtcNow < frozenUntil; i++)
                {
                    var slug = (i % 4) switch
                    {
                        0 or 1 => underWay[i % underWay.Length],
                        2 => $"other-{i % 20}",
                        _ => $"fresh-{Guid.NewGuid():N}",
                    };
                    done.Enqueue(await site.ClientOf(client % Hung).CreateAsync(Create.New(slug, keyed: i % 3 == 0)));
                }
            }));
            await site.Node(Hung).ThawAsync();
            await end.CancelAsync();
            await ofHung.WaitAsync(TimeSpan.FromSeconds(60));
        }

        var longest = done.Max(answer => answer.Took);
        output.WriteLine(
            $"{done.Count} creates, the longest {longest.TotalMilliseconds:0} ms; "
            + $"{done.Count(answer => answer.Took > TimeSpan.FromMilliseconds(700))} over 0.7 s; "
            + $"the machine's longest pause {heartbeat.Longest.TotalMilliseconds:0} ms");
        Assert.All(done, answer => answer.Stored());
        Assert.InRange(longest, TimeSpan.Zero, Bound + heartbeat.Longest);
        (await site.ReadTableAsync()).AssertSound();
    }
}
