using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Tests;

public sealed class LocalPresetsTests
{
    // A head of these tests takes about a kilobyte: its answer, its slug and the writer around it.
    private const int Head = 1024;

    private readonly ScriptedPresetStore _store = new() { IsShared = false, AnswersAtOnce = true };
    private readonly QueueBudget _budget = new(1 << 20);
    private readonly Guid _workspace = Guid.CreateVersion7();

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
            var key = Key(i * 7919 % 500);
            if (i % 3 == 0)
            {
                var known = numbers.TryGetValue(key, out var before) ? before.DefaultIfEmpty().Max() : 0;
                Assert.True(NumberOf(await presets.GetAsync(key, CancellationToken.None)) >= known);
            }
            else
            {
                var answer = await presets.AppendAsync(key, NewDraft(), CancellationToken.None);
                numbers.GetOrAdd(key, _ => []).Add(NumberOf(answer.Preset));
            }

            for (long seen = Volatile.Read(ref most), now = presets.Bytes; now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen;)
                seen = Volatile.Read(ref most);
        });

        Assert.InRange(most, Cache / 2, Cache + 2 * Busy * Head);
        Assert.InRange(presets.Bytes, 0, Cache + Busy * Head);
        Assert.Equal(0, _budget.Waiting);
        foreach (var (key, stored) in numbers)
        {
            Assert.Equal(Enumerable.Range(1, stored.Count), stored.Order());
            Assert.Equal(stored.Count, NumberOf(await presets.GetAsync(key, CancellationToken.None)));
        }
    }

    [Fact]
    public async Task A_preset_that_was_evicted_is_read_again()
    {
        var presets = NewPresets(2 * Head);
        for (var i = 0; i < 10; i++)
            await presets.AppendAsync(Key(i), NewDraft(), CancellationToken.None);
        _store.AnswersAtOnce = false;

        var last = presets.GetAsync(Key(9), CancellationToken.None);
        var first = presets.GetAsync(Key(0), CancellationToken.None).AsTask();
        (await _store.NextReadAsync()).Answer();

        Assert.True(last.IsCompletedSuccessfully);
        Assert.Equal(1, NumberOf(await last));
        Assert.Equal(1, NumberOf(await first));
    }

    [Fact]
    public async Task A_preset_with_a_draft_under_way_is_not_evicted()
    {
        var presets = NewPresets(1);
        _store.AnswersAtOnce = false;
        var slow = presets.AppendAsync(Key(0), NewDraft(), CancellationToken.None).AsTask();
        var underWay = await _store.NextAppendAsync();
        _store.AnswersAtOnce = true;
        for (var i = 1; i < 10; i++)
            await presets.AppendAsync(Key(i), NewDraft(), CancellationToken.None);

        // The same writer still: this draft waits behind the other.
        var behind = presets.AppendAsync(Key(0), NewDraft(), CancellationToken.None).AsTask();
        Assert.Null(_store.Find(Key(0)));
        underWay.Store();

        Assert.Equal(1, NumberOf((await slow).Preset));
        Assert.Equal(2, NumberOf((await behind).Preset));
    }

    [Fact]
    public async Task What_fails_takes_no_memory_that_is_not_accounted_for()
    {
        var presets = NewPresets(10 * Head);
        _store.AnswersAtOnce = false;

        for (var i = 0; i < 1000; i++)
        {
            var get = presets.GetAsync(Key(i), CancellationToken.None).AsTask();
            (await _store.NextReadAsync()).Fail();
            Assert.Equal(RefusalCode.Unavailable, (await Assert.ThrowsAsync<Refusal>(() => get)).Code);
        }

        Assert.InRange(presets.Bytes, 1, 10 * Head);
    }

    [Fact]
    public async Task A_full_queue_is_refused()
    {
        var presets = new LocalPresets(_store, new QueueBudget(1), new PresetWriterOptions(), Head, new FakeTimeProvider());
        _store.AnswersAtOnce = false;
        var first = presets.AppendAsync(Key(0), NewDraft(), CancellationToken.None).AsTask();
        var underWay = await _store.NextAppendAsync();

        var refused = await Assert.ThrowsAsync<Refusal>(() => presets.AppendAsync(Key(1), NewDraft(), CancellationToken.None).AsTask());
        underWay.Store();

        Assert.Equal(RefusalCode.Overloaded, refused.Code);
        Assert.Equal(1, NumberOf((await first).Preset));
    }

    [Fact]
    public async Task A_doubted_preset_is_read_again()
    {
        var presets = NewPresets(10 * Head);
        await presets.AppendAsync(Key(0), NewDraft(), CancellationToken.None);
        _store.Store(Key(0), NewDraft());
        Assert.Equal(1, NumberOf(await presets.GetAsync(Key(0), CancellationToken.None)));

        presets.Invalidate(Key(0));

        Assert.Equal(2, NumberOf(await presets.GetAsync(Key(0), CancellationToken.None)));
    }

    private static Draft NewDraft() => new(Guid.CreateVersion7(), "{}"u8.ToArray(), null, "user_1");

    private static int NumberOf(PresetAnswer? answer)
    {
        if (answer is null)
            return 0;
        using var json = JsonDocument.Parse(answer.Body);
        return json.RootElement.GetProperty("data").GetProperty("designated_version").GetProperty("version").GetInt32();
    }

    private LocalPresets NewPresets(long cache) => new(_store, _budget, new PresetWriterOptions(), cache, new FakeTimeProvider());

    private PresetName Key(int number) => new(_workspace, $"preset-{number}");
}
