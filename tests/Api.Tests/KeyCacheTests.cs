using Microsoft.Extensions.Time.Testing;

namespace Presets.Api.Tests;

public sealed class KeyCacheTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly KeyHash hash = KeySecret.Hash(KeySecret.Generate());
    private readonly ApiKey stored;
    private Func<Task<ApiKey?>> database;
    private int questions;

    public KeyCacheTests()
    {
        stored = ApiKey.FromSecret(KeySecret.Generate(), Guid.NewGuid(), "n", clock.GetUtcNow()) with { Hash = hash };
        database = () => Task.FromResult<ApiKey?>(stored);
    }

    [Fact]
    public async Task A_known_key_is_not_asked_for_again_while_it_is_fresh()
    {
        var cache = NewCache();
        await cache.FindAsync(hash);

        clock.Advance(KeyCache.RefreshAfter - TimeSpan.FromTicks(1));

        Assert.True(cache.TryFind(hash, out var key));
        Assert.Same(stored, key);
        Assert.Equal(1, questions);
    }

    [Fact]
    public async Task A_key_in_use_is_asked_for_once_in_the_background()
    {
        var cache = NewCache();
        await cache.FindAsync(hash);
        clock.Advance(KeyCache.RefreshAfter);
        var answer = new TaskCompletionSource<ApiKey?>();
        database = () => answer.Task;

        Assert.True(cache.TryFind(hash, out _));
        Assert.True(cache.TryFind(hash, out _));
        answer.SetResult(null);

        Assert.Equal(2, questions);
        Assert.True(cache.TryFind(hash, out var key));
        Assert.Null(key);
    }

    [Fact]
    public async Task Nobody_is_let_in_on_old_knowledge_when_the_database_is_away()
    {
        var cache = NewCache();
        await cache.FindAsync(hash);
        database = () => Task.FromException<ApiKey?>(new StoreException(StoreFailure.NotStored, "away"));

        clock.Advance(KeyCache.MaxAge);

        Assert.False(cache.TryFind(hash, out _));
        await Assert.ThrowsAsync<StoreException>(() => cache.FindAsync(hash));
    }

    [Fact]
    public async Task A_key_that_is_not_known_stays_so_for_a_second()
    {
        var cache = NewCache();
        database = () => Task.FromResult<ApiKey?>(null);
        await cache.FindAsync(hash);

        Assert.True(cache.TryFind(hash, out var key));
        Assert.Null(key);
        clock.Advance(KeyCache.UnknownMaxAge);

        Assert.False(cache.TryFind(hash, out _));
    }

    [Fact]
    public async Task What_was_asked_before_a_change_is_not_kept_after_it()
    {
        var cache = NewCache();
        var answer = new TaskCompletionSource<ApiKey?>();
        database = () => answer.Task;
        var asked = cache.FindAsync(hash);

        cache.Forget(hash);
        answer.SetResult(stored);
        await asked;

        Assert.False(cache.TryFind(hash, out _));
    }

    [Fact]
    public async Task Requests_for_one_key_share_a_question()
    {
        var cache = NewCache();
        var answer = new TaskCompletionSource<ApiKey?>();
        database = () => answer.Task;

        var all = Enumerable.Range(0, 100).Select(_ => cache.FindAsync(hash)).ToList();
        answer.SetResult(stored);

        Assert.All(await Task.WhenAll(all), key => Assert.Same(stored, key));
        Assert.Equal(1, questions);
    }

    [Fact]
    public async Task A_flood_of_others_does_not_lock_the_owner_of_a_known_key_out()
    {
        var cache = NewCache();
        await cache.FindAsync(hash);
        var held = new TaskCompletionSource<ApiKey?>();
        database = () => held.Task;
        Refusal? refused = null;
        for (var i = 0; refused is null; i++)
        {
            var asked = cache.FindAsync(new KeyHash([.. new byte[28], .. BitConverter.GetBytes(i)]));
            refused = asked.Exception?.InnerException as Refusal;
        }

        database = () => Task.FromResult<ApiKey?>(stored);
        clock.Advance(KeyCache.MaxAge);

        Assert.Equal(RefusalCode.Overloaded, refused.Code);
        Assert.False(cache.TryFind(hash, out _));
        Assert.Same(stored, await cache.FindAsync(hash));
    }

    [Fact]
    public async Task Memory_is_bounded_whatever_is_asked_for()
    {
        var cache = NewCache();
        database = () => Task.FromResult<ApiKey?>(null);

        for (var i = 0; i < 30_000; i++)
            await cache.FindAsync(new KeyHash([.. new byte[28], .. BitConverter.GetBytes(i)]));

        Assert.InRange(cache.Count, 1, KeyCache.MaxEntries);
    }

    private KeyCache NewCache() => new((_, _) =>
    {
        questions++;
        return database();
    }, clock);
}
