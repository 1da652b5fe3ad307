namespace Presets.Withstand.Tests;

public sealed class QueueTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_full_queue_refuses_at_once_and_recovers(Engine engine)
    {
        await using var site = await Site.StartAsync(engine, settings: ("Presets__QueueBytes", "1048576"));
        (await site.Client.CreateAsync(Create.New("slug-0"))).Stored();
        // They are active from here on, so a request joins its writer's queue and no call to a grain is timed.
        for (var i = 0; i < 30; i++)
            (await site.Client.CreateAsync(Create.New($"large-{i}"))).Stored();
        var padding = new string('x', 100_000);
        var body = $$"""{"model":"test/one","stop":["{{padding}}"],"messages":[{"role":"user","content":"x"}]}""";
        var hold = await site.HoldWritesAsync();

        var posts = Enumerable.Range(0, 30).Select(i => site.Client.PostAsync($"large-{i}", body)).ToList();
        var refused = new List<Answer>();
        // Ten of these fill the queue; the others are answered while those wait.
        while (refused.Count < 20)
        {
            var post = await Task.WhenAny(posts).WaitAsync(TimeSpan.FromSeconds(20));
            posts.Remove(post);
            refused.Add(await post);
        }

        var read = await site.Client.GetAsync("api/v1/presets/slug-0");
        await hold.DisposeAsync();
        var waited = await Task.WhenAll(posts);

        Assert.All(refused, answer =>
        {
            Assert.Equal((503, "overloaded"), (answer.Status, answer.Reason));
            Assert.NotNull(answer.RetryAfter);
        });
        Assert.Equal(200, read.Status);
        Assert.Equal(10, waited.Length);
        Assert.All(waited, answer => Assert.Equal(2, answer.Stored().Number));
        for (var i = 0; i < 30; i++)
            (await site.Client.PostAsync("afterwards", body)).Stored();
        Assert.Equal(30, (await site.Client.VersionsAsync("afterwards")).Count);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_client_that_leaves_while_its_draft_waits_harms_no_neighbour(Engine engine)
    {
        await using var site = await Site.StartAsync(engine);
        (await site.Client.CreateAsync(Create.New("shared"))).Stored();
        using var leaver = site.NewClient();
        using var leave = new CancellationTokenSource();
        var hold = await site.HoldWritesAsync();

        var creates = Enumerable.Range(0, 60).Select(_ => Create.New("shared")).ToArray();
        var posts = creates
            .Select((create, i) => i % 3 == 1
                ? leaver.CreateAsync(create, leave.Token)
                : site.Client.CreateAsync(create))
            .ToArray();
        var elsewhere = site.Client.CreateAsync(Create.New("elsewhere"));
        Assert.Equal(200, (await site.Client.GetAsync("api/v1/presets/shared")).Status);
        await leave.CancelAsync();
        foreach (var post in posts.Where((_, i) => i % 3 == 1))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
        await hold.DisposeAsync();
        var stayed = await Task.WhenAll(posts.Where((_, i) => i % 3 != 1));

        (await elsewhere).Stored();
        foreach (var answer in stayed)
            answer.Stored();
        (await site.Client.CreateAsync(Create.New("shared"))).Stored();
        var table = await site.ReadTableAsync();
        table.AssertSound();
        table.AssertHolds(creates.Where((_, i) => i % 3 != 1).Zip(stayed));
        Assert.InRange(table.Presets["shared"].Count, 2 + stayed.Length, 2 + creates.Length);
    }
}
