using System.Collections.Concurrent;

namespace Presets.Withstand.Tests;

/// <summary>Clients that create without a pause until they are told to end.</summary>
internal sealed class Load
{
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentQueue<(Create Create, Answer Answer)> done = new();
    private readonly SemaphoreSlim stored = new(0);
    private readonly SemaphoreSlim failed = new(0);
    private readonly Task clients;

    public Load(ApiClient client, int clients, int slugs)
    {
        var next = 0;
        this.clients = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var i = Interlocked.Increment(ref next);
                var create = Create.New($"slug-{i % slugs}", keyed: i / slugs % 2 == 0);
                var answer = await client.CreateAsync(create);
                done.Enqueue((create, answer));
                (answer.Status == 200 ? stored : failed).Release();
                // A node that is gone refuses at once; there is nothing to learn from asking it all the time.
                if (answer.Status == 0)
                    await Task.Delay(20);
            }
        })));
    }

    public IReadOnlyList<(Create Create, Answer Answer)> Done => [.. done];

    public IEnumerable<(Create Create, Answer Answer)> Stored => Done.Where(each => each.Answer.Status == 200);

    /// <summary>Returns when so many more were stored than have been waited for.</summary>
    public Task StoredAsync(int count) => WaitAsync(stored, count);

    /// <summary>Returns when so many more were not.</summary>
    public Task FailedAsync(int count) => WaitAsync(failed, count);

    /// <summary>Forgets how many were stored and not waited for.</summary>
    public void Restart()
    {
        while (stored.Wait(0))
        {
        }

        while (failed.Wait(0))
        {
        }
    }

    public async Task EndAsync()
    {
        await end.CancelAsync();
        await clients.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task WaitAsync(SemaphoreSlim signal, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var i = 0; i < count; i++)
            await signal.WaitAsync(patience.Token);
    }
}
