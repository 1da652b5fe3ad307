namespace Presets.Tests;

public sealed class QueueBudgetTests
{
    private long held;

    [Fact]
    public void Room_is_reserved_up_to_the_limit_and_again_after_a_release()
    {
        var budget = new QueueBudget(100);

        Assert.True(budget.TryReserve(60));
        Assert.True(budget.TryReserve(40));
        Assert.False(budget.TryReserve(1));
        Assert.Equal(100, budget.Waiting);
        budget.Release(40);
        Assert.True(budget.TryReserve(1));
        Assert.Equal(61, budget.Waiting);
    }

    [Fact]
    public void One_change_always_fits_into_an_empty_queue()
    {
        var budget = new QueueBudget(100);

        Assert.True(budget.TryReserve(1000));
        Assert.False(budget.TryReserve(1));
        budget.Release(1000);
        Assert.Equal(0, budget.Waiting);
    }

    [Fact]
    public void Racing_changes_never_take_more_than_the_budget()
    {
        var budget = new QueueBudget(1000);
        var most = 0L;

        Parallel.For(0, 100_000, _ =>
        {
            if (!budget.TryReserve(100))
                return;
            var taken = Interlocked.Add(ref held, 100);
            var seen = Volatile.Read(ref most);
            while (taken > seen && Interlocked.CompareExchange(ref most, taken, seen) != seen)
                seen = Volatile.Read(ref most);
            Interlocked.Add(ref held, -100);
            budget.Release(100);
        });

        Assert.InRange(most, 100, 1000);
        Assert.Equal(0, budget.Waiting);
    }
}
