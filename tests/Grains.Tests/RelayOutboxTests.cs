using System.Collections.Concurrent;

namespace Presets.Grains.Tests;

public sealed class RelayOutboxTests
{
    [Theory]
    [InlineData(1, RelayOutbox<int>.MostItems)]
    [InlineData(RelayOutbox<int>.MostBytes / 8, 8)]
    [InlineData(RelayOutbox<int>.MostBytes / 8 + 1, 8)]
    [InlineData(RelayOutbox<int>.MostBytes - 1, 2)]
    [InlineData(RelayOutbox<int>.MostBytes + 1, 1)]
    public async Task Every_item_leaves_once_in_messages_that_are_not_too_long(int size, int most)
    {
        const int Count = 80_000;
        var left = new ConcurrentQueue<int[]>();
        var missing = Count;
        var allLeft = new TaskCompletionSource();
        using var allAdded = new ManualResetEventSlim();
        var outbox = new RelayOutbox<int>(
            _ => size,
            items =>
            {
                // The first messages hold up the rest, which is then there at once.
                allAdded.Wait();
                left.Enqueue(items);
                if (Interlocked.Add(ref missing, -items.Length) == 0)
                    allLeft.TrySetResult();
            });

        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < Count / 8; i++)
                outbox.Add(thread * (Count / 8) + i);
        });
        allAdded.Set();
        await allLeft.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(Enumerable.Range(0, Count), left.SelectMany(items => items).Order());
        Assert.Equal(most, left.Max(items => items.Length));
    }
}
