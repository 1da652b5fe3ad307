using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Presets.Storage;

namespace Presets.Api.Tests;

/// <summary>When keys were used last.</summary>
public sealed class KeyUsesTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 10, 0, 0, TimeSpan.Zero));
    private Database database = null!;
    private KeyStore keys = null!;
    private KeyUses uses = null!;
    private Guid workspace;

    public async Task InitializeAsync()
    {
        database = await EmptyDatabase.StartAsync(Engine.Sqlite, TimeProvider.System);
        keys = new KeyStore(database, clock);
        uses = new KeyUses(keys, clock, NullLogger<KeyUses>.Instance);
        workspace = Guid.CreateVersion7();
        await database.WriteAsync(
            connection => connection.ExecuteAsync(
                "insert into workspaces (id, slug, name, is_default, created_at) values ($1, 'w', 'w', 0, 0)",
                workspace),
            CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        uses.Dispose();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_use_is_stored_and_later_ones_after_it()
    {
        var used = await NewKeyAsync();
        var unused = await NewKeyAsync();
        await uses.FindAsync(used, CancellationToken.None);
        var first = clock.GetUtcNow();

        await uses.StoreAsync(CancellationToken.None);
        Assert.Equal(first, (await keys.FindAsync(used, CancellationToken.None))!.LastUsedAt);
        clock.Advance(TimeSpan.FromMinutes(1));
        await uses.FindAsync(used, CancellationToken.None);
        await uses.StopAsync(CancellationToken.None);

        Assert.Equal(clock.GetUtcNow(), (await keys.FindAsync(used, CancellationToken.None))!.LastUsedAt);
        Assert.Null((await keys.FindAsync(unused, CancellationToken.None))!.LastUsedAt);
    }

    [Fact]
    public async Task A_node_whose_news_is_older_changes_nothing()
    {
        var key = await NewKeyAsync();
        var now = clock.GetUtcNow();

        await keys.AddUsesAsync([new(key, now)], CancellationToken.None);
        await keys.AddUsesAsync([new(key, now.AddSeconds(-1))], CancellationToken.None);

        Assert.Equal(now, (await keys.FindAsync(key, CancellationToken.None))!.LastUsedAt);
    }

    [Fact]
    public async Task A_key_that_lets_nobody_in_is_not_used()
    {
        var disabled = await NewKeyAsync();
        await keys.UpdateAsync(disabled, null, disabled: true, null, CancellationToken.None);
        await uses.FindAsync(disabled, CancellationToken.None);
        await uses.FindAsync(KeySecret.Hash(KeySecret.Generate()), CancellationToken.None);

        await uses.StoreAsync(CancellationToken.None);

        Assert.Null((await keys.FindAsync(disabled, CancellationToken.None))!.LastUsedAt);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_does_not_hold_up_the_end()
    {
        var key = await NewKeyAsync();
        await uses.FindAsync(key, CancellationToken.None);
        using var answers = new ManualResetEventSlim();
        var busy = database.WriteAsync(
            _ =>
            {
                answers.Wait();
                return Task.FromResult(true);
            },
            CancellationToken.None);
        using var patience = new CancellationTokenSource();

        try
        {
            var stopping = uses.StopAsync(patience.Token);
            await patience.CancelAsync();
            await stopping.WaitAsync(TimeSpan.FromSeconds(10));
        }
        finally
        {
            answers.Set();
            await busy;
        }

        // What was not stored is still noted.
        await uses.StoreAsync(CancellationToken.None);
        Assert.NotNull((await keys.FindAsync(key, CancellationToken.None))!.LastUsedAt);
    }

    private async Task<KeyHash> NewKeyAsync()
    {
        var key = ApiKey.FromSecret(KeySecret.Generate(), workspace, "key", clock.GetUtcNow());
        await keys.AddOnceAsync(key, CancellationToken.None);
        return key.Hash;
    }
}
