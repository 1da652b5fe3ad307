using System.Collections.Concurrent;
using Presets.Withstand.Tests;

namespace Presets.Silo.Tests;

/// <summary>A request of the load: a create, or a read when there is nothing to create.</summary>
internal sealed record Request(int Node, string Slug, Create? Create, Answer Answer)
{
    public DateTime SentAt => Answer.SentAt;

    public DateTime EndedAt => Answer.EndedAt;

    public TimeSpan Took => Answer.Took;

    public bool IsAnswered => Answer.Status == 200;
}

/// <summary>
/// Clients of every node that create and read presets, one of them much more often than the others. A client goes to
/// the next node, as a balancer would send it, when its own refuses the connection or says that it closes it, and
/// returns when it is told that its node is back. It repeats nothing that was sent.
/// </summary>
internal sealed class ClusterLoad
{
    private const int ClientsOfNode = 6;
    private const int Slugs = 50;
    private const string Hot = "hot";

    // Three nodes, Postgres and these clients share the machine: what is to be seen is the cluster, not who starves
    // first.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ClusterSite site;
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentQueue<Request> done = new();
    private readonly bool[] away;
    private readonly Task clients;

    private ClusterLoad(ClusterSite site)
    {
        this.site = site;
        away = new bool[site.Count];
        var numbers = Enumerable.Range(0, site.Count * ClientsOfNode);
        clients = Task.WhenAll(numbers.Select(client => Task.Run(() => SendAsync(client % site.Count))));
    }

    public IReadOnlyCollection<Request> Done => done;

    public IEnumerable<(Create Create, Answer Answer)> Stored =>
        done.Where(request => request.Create is not null && request.IsAnswered)
            .Select(request => (request.Create!, request.Answer));

    /// <summary>
    /// Creates each preset once, the hot one at the last node and the others spread over all, and then begins.
    /// </summary>
    public static async Task<ClusterLoad> StartAsync(ClusterSite site)
    {
        var first = await Task.WhenAll(Enumerable.Range(0, Slugs + 1).Select(async i =>
        {
            var node = i == Slugs ? site.Count - 1 : i % site.Count;
            var create = Create.New(i == Slugs ? Hot : $"slug-{i}");
            return new Request(node, create.Slug, create, (await site.ClientOf(node).CreateAsync(create)).Stored());
        }));
        var load = new ClusterLoad(site);
        foreach (var request in first)
            load.done.Enqueue(request);
        return load;
    }

    /// <summary>The node serves again.</summary>
    public void Back(int node) => Volatile.Write(ref away[node], false);

    /// <summary>Returns when there are so many more answers of the kind.</summary>
    public async Task AnsweredAsync(int count, Func<Request, bool>? kind = null)
    {
        kind ??= request => request.IsAnswered;
        var since = DateTime.UtcNow;
        for (var deadline = since.AddSeconds(60); Count() < count; await Task.Delay(20))
            Assert.True(DateTime.UtcNow < deadline, "the load gets no answers");

        int Count() => done.Count(request => request.EndedAt > since && kind(request));
    }

    public async Task EndAsync()
    {
        await end.CancelAsync();
        await clients.WaitAsync(TimeSpan.FromMinutes(4));
    }

    /// <summary>
    /// No answer is older than it may be: a create is numbered after all that were answered before it was sent, and a
    /// read knows them but for those of the last <paramref name="headMaxAge"/>, and all that its own node has answered.
    /// </summary>
    public void AssertFresh(TimeSpan headMaxAge)
    {
        var answered = done.Where(request => request.IsAnswered).ToArray();
        foreach (var ofNode in answered.GroupBy(request => (request.Slug, request.Node)))
        {
            var newest = 0;
            var ended = new Queue<Request>(ofNode.OrderBy(request => request.EndedAt));
            foreach (var read in ofNode.Where(request => request.Create is null).OrderBy(request => request.SentAt))
            {
                while (ended.TryPeek(out var before) && before.EndedAt < read.SentAt)
                    newest = Math.Max(newest, ended.Dequeue().Answer.Number);
                Assert.True(
                    read.Answer.Number >= newest,
                    $"a read of {read.Slug}, sent at {read.SentAt:HH:mm:ss.fff}, was answered with "
                    + $"{read.Answer.Number} when node {read.Node} itself had answered {newest}");
            }
        }

        foreach (var preset in answered.GroupBy(request => request.Slug))
        {
            var creates = preset.Where(request => request.Create is not null)
                .OrderBy(request => request.EndedAt)
                .ToArray();
            var ends = Array.ConvertAll(creates, create => create.EndedAt);
            var newest = new int[creates.Length];
            for (var i = 0; i < creates.Length; i++)
                newest[i] = Math.Max(i == 0 ? 0 : newest[i - 1], creates[i].Answer.Number);
            foreach (var request in preset)
            {
                var since = request.Create is null ? request.SentAt - headMaxAge : request.SentAt;
                var before = Array.BinarySearch(ends, since);
                before = before < 0 ? ~before : before;
                var known = before == 0 ? 0 : newest[before - 1];
                Assert.True(
                    request.Answer.Number >= (request.Create is null ? known : known + 1),
                    $"{(request.Create is null ? "a read" : "a create")} of {request.Slug} at node {request.Node}, "
                    + $"sent at {request.SentAt:HH:mm:ss.fff}, was answered with {request.Answer.Number} "
                    + $"when {known} had been answered by {since:HH:mm:ss.fff}");
            }
        }
    }

    private async Task SendAsync(int home)
    {
        while (!end.IsCancellationRequested)
        {
            var nodes = Enumerable.Range(home, site.Count).Select(i => i % site.Count);
            var node = nodes.FirstOrDefault(i => !Volatile.Read(ref away[i]), home);
            var slug = Random.Shared.Next(4) == 0 ? Hot : $"slug-{Random.Shared.Next(Slugs)}";
            var create = Random.Shared.Next(2) == 0 ? Create.New(slug) : null;
            var client = site.ClientOf(node);
            var answer = create is null
                ? await client.GetAsync($"api/v1/presets/{slug}")
                : await client.CreateAsync(create);
            if (answer.IsRefused || answer.IsLast || answer.Status == 0)
                Volatile.Write(ref away[node], true);
            if (!answer.IsRefused)
                done.Enqueue(new Request(node, slug, create, answer));
            await Task.Delay(Pause);
        }
    }
}
