using System.Runtime.CompilerServices;

namespace Presets.Tests;

public sealed class ClockEvictionTests
{
    [Fact]
    public void What_was_not_used_lately_makes_room()
    {
        var eviction = new ClockEviction(budget: 3);
        var entries = Enumerable.Range(0, 3).Select(_ => new TestEntry()).ToArray();
        foreach (var entry in entries)
            eviction.Add(entry, 1);
        entries[0].Touched = true;

        eviction.Add(new TestEntry(), 1);

        Assert.Equal([false, true, false], entries.Select(entry => entry.IsEvicted));
        Assert.False(entries[0].Touched);
        Assert.Equal(3, eviction.Total);
    }

    [Fact]
    public void A_busy_entry_stays_and_others_leave_in_its_place()
    {
        var eviction = new ClockEviction(budget: 2);
        var busy = new TestEntry { IsBusy = true };
        eviction.Add(busy, 2);
        var idle = new TestEntry();

        eviction.Add(idle, 0);
        eviction.Weigh(idle, 1);

        Assert.Equal((false, true), (busy.IsEvicted, idle.IsEvicted));
        Assert.Equal(2, eviction.Total);
    }

    [Fact]
    public void The_total_exceeds_the_budget_while_all_are_busy_and_falls_when_they_are_not()
    {
        var eviction = new ClockEviction(budget: 10);
        var entries = Enumerable.Range(0, 5).Select(_ => new TestEntry { IsBusy = true }).ToArray();
        foreach (var entry in entries)
            eviction.Add(entry, 4);
        Assert.Equal(20, eviction.Total);

        foreach (var entry in entries)
            entry.IsBusy = false;
        eviction.Weigh(entries[4], 4);

        Assert.Equal(8, eviction.Total);
        Assert.Equal(3, entries.Count(entry => entry.IsEvicted));
    }

    [Fact]
    public void An_entry_that_grows_after_it_was_evicted_weighs_nothing()
    {
        var eviction = new ClockEviction(budget: 1);
        var entry = new TestEntry();
        eviction.Add(entry, 0);
        eviction.Weigh(entry, 2);
        Assert.True(entry.IsEvicted);

        eviction.Weigh(entry, 5);

        Assert.Equal(0, eviction.Total);
    }

    [Fact]
    public void An_entry_that_is_used_before_it_was_added_weighs_what_it_weighs()
    {
        var eviction = new ClockEviction(budget: 100);
        var entry = new TestEntry();

        eviction.Weigh(entry, 7);
        eviction.Add(entry, 5);
        Assert.Equal(5, eviction.Total);
        eviction.Remove(entry);

        Assert.Equal(0, eviction.Total);
    }

    [Fact]
    public void An_entry_does_not_make_room_for_itself()
    {
        var eviction = new ClockEviction(budget: 2);
        var busy = new TestEntry { IsBusy = true };
        eviction.Add(busy, 2);
        var entry = new TestEntry();

        eviction.Add(entry, 1);

        Assert.False(entry.IsEvicted);
        Assert.Equal(3, eviction.Total);
    }

    [Fact]
    public void An_entry_that_was_removed_weighs_nothing_and_is_not_evicted()
    {
        var eviction = new ClockEviction(budget: 2);
        var removed = new TestEntry();
        eviction.Add(removed, 2);

        eviction.Remove(removed);
        eviction.Remove(removed);
        eviction.Add(new TestEntry(), 2);

        Assert.Equal(2, eviction.Total);
        Assert.False(removed.IsEvicted);
    }

    [Fact]
    public void Removed_entries_are_let_go_although_the_budget_is_never_exceeded()
    {
        var eviction = new ClockEviction(budget: long.MaxValue);
        // At the head of the line, where it must not hold up the others.
        eviction.Add(new TestEntry(), 1);
        var first = AddAndRemove(eviction);
        for (var i = 0; i < 100; i++)
            AddAndRemove(eviction);

        GC.Collect();

        Assert.False(first.IsAlive);
        Assert.Equal(1, eviction.Total);
    }

    [Fact]
    public async Task Threads_that_add_weigh_and_remove_leave_the_right_total()
    {
        const int Budget = 200;
        var eviction = new ClockEviction(Budget);
        var entries = new TestEntry[8_000];

        await Parallel.ForAsync(0, 8, (thread, _) =>
        {
            for (var i = thread; i < entries.Length; i += 8)
            {
                var entry = entries[i] = new TestEntry { Touched = i % 3 == 0 };
                eviction.Add(entry, 1);
                eviction.Weigh(entry, 1 + i % 5);
                if (i % 4 == 0)
                    eviction.Remove(entry);
            }

            return ValueTask.CompletedTask;
        });

        Assert.All(entries, entry => Assert.InRange(entry.Evictions, 0, 1));
        var kept = entries.Index()
            .Where(each => each.Index % 4 != 0 && !each.Item.IsEvicted)
            .Sum(each => 1 + each.Index % 5);
        Assert.Equal(kept, eviction.Total);
        Assert.InRange(kept, 1, Budget);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AddAndRemove(ClockEviction eviction)
    {
        var entry = new TestEntry();
        eviction.Add(entry, 1);
        eviction.Remove(entry);
        return new WeakReference(entry);
    }

    private sealed class TestEntry : ClockEviction.Entry
    {
        private int evictions;

        public bool IsBusy { get; set; }

        public int Evictions => evictions;

        public bool IsEvicted => evictions > 0;

        public override bool Touched { get; set; }

        public override bool TryEvict()
        {
            if (IsBusy)
                return false;
            Interlocked.Increment(ref evictions);
            return true;
        }
    }
}
