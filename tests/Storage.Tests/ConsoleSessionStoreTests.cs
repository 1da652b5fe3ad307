using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class ConsoleSessionStoreTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 10, 0, 0, TimeSpan.Zero));

    [Theory, Sqlite, Postgres]
    public async Task A_session_lasts_until_it_is_ended_or_its_time_is_over(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var sessions = new ConsoleSessionStore(database, clock);
        var key = await AddKeyAsync(database);
        var (one, other) = (NewSession(key), NewSession(key));
        await sessions.AddAsync(one, CancellationToken.None);
        await sessions.AddAsync(other, CancellationToken.None);

        await sessions.RemoveAsync(other.Hash, CancellationToken.None);
        clock.Advance(ConsoleSession.Lifetime - TimeSpan.FromMicroseconds(1));

        Assert.Equal(one, await sessions.FindAsync(one.Hash, CancellationToken.None));
        Assert.Null(await sessions.FindAsync(other.Hash, CancellationToken.None));
        clock.Advance(TimeSpan.FromMicroseconds(1));
        Assert.Null(await sessions.FindAsync(one.Hash, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task Sessions_that_are_over_go_with_the_next_sign_in(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var sessions = new ConsoleSessionStore(database, clock);
        var key = await AddKeyAsync(database);
        await sessions.AddAsync(NewSession(key), CancellationToken.None);
        clock.Advance(ConsoleSession.Lifetime);

        await sessions.AddAsync(NewSession(key), CancellationToken.None);

        Assert.Equal(1, await database.ReadAsync(
            connection => connection.FindAsync("select count(*) from console_sessions", row => row.Next<long>()),
            CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task Sessions_go_with_the_workspace_of_their_key(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var sessions = new ConsoleSessionStore(database, clock);
        var key = await AddKeyAsync(database, disabled: true);
        var session = NewSession(key);
        await sessions.AddAsync(session, CancellationToken.None);

        var deletion = await new WorkspaceStore(database, clock).DeleteAsync(key.WorkspaceId, CancellationToken.None);

        Assert.Equal(WorkspaceDeletion.Deleted, deletion);
        Assert.Null(await sessions.FindAsync(session.Hash, CancellationToken.None));
    }

    private ConsoleSession NewSession(ApiKey key) =>
        new(KeySecret.Hash(KeySecret.Generate()), key.Hash, Timestamp.Now(clock));

    private async Task<ApiKey> AddKeyAsync(Database database, bool disabled = false)
    {
        var workspaceId = Guid.CreateVersion7();
        await database.AddWorkspaceAsync(workspaceId);
        var key = ApiKey.FromSecret(KeySecret.Generate(), workspaceId, "n", Timestamp.Now(clock)) with
        {
            Disabled = disabled,
        };
        await new KeyStore(database, clock).AddOnceAsync(key, CancellationToken.None);
        return key;
    }
}
