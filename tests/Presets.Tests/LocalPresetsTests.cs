using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Tests;

public sealed class LocalPresetsTests
{
    // A head of these tests takes about a kilobyte: its answer, its slug and the writer around it.
    private const int Head = 1024;

    private readonly ScriptedPresetStore store = new() { AnswersAtOnce = true };
    private readonly QueueBudget budget = new(1 << 20);
    private readonly Guid workspace = Guid.CreateVersion7();
    private ClockEviction memory = null!;

    [Fact]
    public async Task Eviction_bounds_the_memory_and_loses_nothing_under_load()
    {
        const int Cache = 20 * Head;
        const int Busy = 16;
        var presets = NewPresets(Cache);
        var numbers = new ConcurrentDictionary<PresetName, ConcurrentBag<int>>();
        var most = 0L;

        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = Busy }, async (i, _) =>
        {
            var name = NameOf(i * 7919 % 500);
            if (i % 3 == 0)
            {
                var known = numbers.TryGetValue(name, out var before) ? before.DefaultIfEmpty().Max() : 0;
                Assert.True(NumberOf(await presets.GetAsync(name, CancellationToken.None)) >= known);
            }
            else
            {
                var answer = await presets.ChangeAsync(name, NewAppend(), CancellationToken.None);
                numbers.GetOrAdd(name, _ => []).Add(NumberOf(answer.Preset));
            }

            var now = memory.Total;
            for (var seen = Volatile.Read(ref most); now > seen;)
                seen = Interlocked.CompareExchange(ref most, now, seen) == seen ? now : Volatile.Read(ref most);
        });

        Assert.InRange(most, Cache / 2, Cache + 2 * Busy * Head);
        Assert.InRange(memory.Total, 0, Cache + Busy * Head);
        Assert.Equal(0, budget.Waiting);
        foreach (var (name, stored) in numbers)
        {
            Assert.Equal(Enumerable.Range(1, stored.Count), stored.Order());
            Assert.Equal(stored.Count, NumberOf(await presets.GetAsync(name, CancellationToken.None)));
        }
    }

    [Fact]
    public async Task A_preset_that_was_evicted_is_read_again()
    {
        // So many that the first is not busy any more, however late the thread that answered it gets to its end.
        const int Last = 1999;
        var presets = NewPresets(2 * Head);
        for (var i = 0; i <= Last; i++)
            await presets.ChangeAsync(NameOf(i), NewAppend(), CancellationToken.None);
        store.AnswersAtOnce = false;

        var last = presets.GetAsync(NameOf(Last), CancellationToken.None);
        var first = presets.GetAsync(NameOf(0), CancellationToken.None).AsTask();
        (await store.NextReadAsync()).Answer();

        Assert.True(last.IsCompletedSuccessfully);
        Assert.Equal(1, NumberOf(await last));
        Assert.Equal(1, NumberOf(await first));
    }

    [Fact]
    public async Task A_preset_with_a_change_under_way_is_not_evicted()
    {
        var presets = NewPresets(1);
        store.AnswersAtOnce = false;
        var slow = presets.ChangeAsync(NameOf(0), NewAppend(), CancellationToken.None).AsTask();
        var underWay = await store.NextCommitAsync();
        store.AnswersAtOnce = true;
        for (var i = 1; i < 10; i++)
            await presets.ChangeAsync(NameOf(i), NewAppend(), CancellationToken.None);

        // The same writer still: this change waits behind the other.
        var behind = presets.ChangeAsync(NameOf(0), NewAppend(), CancellationToken.None).AsTask();
        Assert.Null(store.Find(NameOf(0)));
        underWay.Store();

        Assert.Equal(1, NumberOf((await slow).Preset));
        Assert.Equal(2, NumberOf((await behind).Preset));
    }

    [Fact]
    public async Task What_fails_takes_no_memory_that_is_not_accounted_for()
    {
        var presets = NewPresets(10 * Head);
        store.AnswersAtOnce = false;

        for (var i = 0; i < 1000; i++)
        {
            var get = presets.GetAsync(NameOf(i), CancellationToken.None).AsTask();
            (await store.NextReadAsync()).Fail();
            Assert.Equal(RefusalCode.Unavailable, (await Assert.ThrowsAsync<Refusal>(() => get)).Code);
        }

        Assert.InRange(memory.Total, 1, 10 * Head);
    }

    [Fact]
    public async Task A_full_queue_is_refused()
    {
        var presets = NewPresets(Head, new QueueBudget(1));
        store.AnswersAtOnce = false;
        var first = presets.ChangeAsync(NameOf(0), NewAppend(), CancellationToken.None).AsTask();
        var underWay = await store.NextCommitAsync();

        var refused = await Assert.ThrowsAsync<Refusal>(
            () => presets.ChangeAsync(NameOf(1), NewAppend(), CancellationToken.None).AsTask());
        underWay.Store();

        Assert.Equal(RefusalCode.Overloaded, refused.Code);
        Assert.Equal(1, NumberOf((await first).Preset));
    }

    private static Append NewAppend() =>
        new(Guid.CreateVersion7(), "user_1", BodyKind.ChatCompletions, "{}"u8.ToArray(), null);

    private static int NumberOf(PresetSnapshot? answer)
    {
        if (answer is null)
            return 0;
        using var json = JsonDocument.Parse(answer.Body);
        return json.RootElement.GetProperty("data").GetProperty("designated_version").GetProperty("version").GetInt32();
    }

    private LocalPresets NewPresets(long cache, QueueBudget? queue = null)
    {
        memory = new ClockEviction(cache);
        return new(store, queue ?? budget, new PresetWriterOptions(), memory, new FakeTimeProvider());
    }

    private PresetName NameOf(int number) => new(workspace, $"preset-{number}");
}
