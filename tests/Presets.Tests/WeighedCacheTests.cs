namespace Presets.Tests;

public sealed class WeighedCacheTests
{
    [Fact]
    public void A_value_is_found_until_another_takes_its_place()
    {
        var cache = new WeighedCache<string, string>(new ClockEviction(100));

        cache.Set("a", "one", 10);
        cache.Set("b", "other", 10);
        Assert.Equal(("one", null), (cache.Find("a"), cache.Find("c")));
        cache.Set("a", "two", 20);

        Assert.Equal(("two", "other"), (cache.Find("a"), cache.Find("b")));
    }

    [Fact]
    public void What_is_not_used_makes_room_for_what_is()
    {
        var eviction = new ClockEviction(100);
        var cache = new WeighedCache<int, string>(eviction);

        for (var key = 0; key < 50; key++)
        {
            cache.Set(key, "value", 10);
            if (key > 0)
                Assert.NotNull(cache.Find(0));
        }

        Assert.InRange(eviction.Total, 0, 110);
        Assert.Equal("value", cache.Find(49));
        Assert.InRange(Enumerable.Range(0, 50).Count(key => cache.Find(key) is not null), 1, 11);
    }

    [Fact]
    public void A_value_that_outgrows_the_budget_makes_others_leave()
    {
        var eviction = new ClockEviction(100);
        var first = new WeighedCache<int, string>(eviction);
        var second = new WeighedCache<int, string>(eviction);
        first.Set(1, "value", 60);
        second.Set(1, "small", 10);

        second.Set(1, "large", 90);

        Assert.InRange(eviction.Total, 0, 100);
        Assert.False(first.Find(1) is not null && second.Find(1) is not null);
    }

    [Fact]
    public async Task Threads_that_race_leave_the_weight_of_what_is_there()
    {
        var eviction = new ClockEviction(1000);
        var cache = new WeighedCache<int, string>(eviction);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                cache.Set((thread + i) % 200, "value", 10);
                cache.Find(i % 200);
            }
        })));

        Assert.Equal(10 * Enumerable.Range(0, 200).Count(key => cache.Find(key) is not null), eviction.Total);
    }
}
