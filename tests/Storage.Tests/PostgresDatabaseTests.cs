using System.Diagnostics;
using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class PostgresDatabaseTests
{
    [PostgresFact]
    public async Task Commits_are_durable_whatever_the_servers_default()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var name = new NpgsqlConnectionStringBuilder(test.ConnectionString).Database;
        await test.ExecuteAsync($"alter database {name} set synchronous_commit = off");
        await using var database =
            (PostgresDatabase)StorageFactory.CreateDatabase(test.ConnectionString, TimeProvider.System);

        await using var plain = new NpgsqlConnection(test.ConnectionString + ";Pooling=false");
        await plain.OpenAsync();
        await using var append = await database.GroupSource.OpenConnectionAsync();

        Assert.Equal("off", await SettingAsync(plain));
        Assert.Equal("on", await database.ReadAsync(
            connection => SettingAsync((NpgsqlConnection)connection.Inner), CancellationToken.None));
        Assert.Equal("on", await SettingAsync(append));

        // A pooled connection keeps it.
        await append.CloseAsync();
        await using var again = await database.GroupSource.OpenConnectionAsync();
        Assert.Equal("on", await SettingAsync(again));

        static async Task<object?> SettingAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand("show synchronous_commit", connection);
            return await command.ExecuteScalarAsync();
        }
    }

    [PostgresFact]
    public async Task A_plan_made_while_the_tables_were_empty_uses_the_indexes_later()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        await using (var connection = new NpgsqlConnection(test.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await new NpgsqlCommand("vacuum analyze", connection).ExecuteNonQueryAsync();
        }

        var name = test.NewName();
        for (var i = 0; i < 200; i++)
            await test.CommitAsync(name, Appends.New(key: Guid.NewGuid().ToString()));

        // Each commit looks a key up that is not there: an index that is read as a whole gives 200 * 199 / 2 entries.
        var entriesRead = await test.CountStatisticsAsync(
            "select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'idempotency_keys'");
        Assert.InRange(entriesRead, 0, 400);
    }

    [PostgresFact]
    public async Task A_server_without_fsync_is_warned_of()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        await using var database =
            StorageFactory.CreateDatabase(await server.CreateDatabaseAsync(), TimeProvider.System);
        Assert.Empty(await database.StartAsync(alone: true, CancellationToken.None));
        await using (var connection = new NpgsqlConnection(server.ConnectionString("postgres") + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await new NpgsqlCommand("alter system set fsync = off", connection).ExecuteNonQueryAsync();
        }

        await server.StopAsync();
        await server.StartAgainAsync();
        await using var again = StorageFactory.CreateDatabase(await server.CreateDatabaseAsync(), TimeProvider.System);
        var warning = Assert.Single(await again.StartAsync(alone: true, CancellationToken.None));

        Assert.Contains("fsync=off", warning);
    }

    [PostgresFact]
    public async Task A_restart_that_idle_connections_did_not_notice_fails_no_call()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        var (database, name) = await TestDatabase.StartOnAsync(server);
        await using var started = database;
        var store = database.OpenStore();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.FindAsync(name, CancellationToken.None)));

        await server.StopAsync(immediate: true);
        await server.StartAgainAsync();

        Assert.Null(await store.FindAsync(name, CancellationToken.None));
        await server.StopAsync(immediate: true);
        await server.StartAgainAsync();
        await database.AddWorkspaceAsync(Guid.CreateVersion7());
    }

    [PostgresFact]
    public async Task A_server_that_is_away_fails_every_call_at_once_and_none_afterwards()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        var (database, name) = await TestDatabase.StartOnAsync(server);
        await using var started = database;
        var store = database.OpenStore();
        await store.AppendNewAsync(name);
        await server.StopAsync(immediate: true);
        var waited = Stopwatch.StartNew();

        Task[] calls =
        [
            database.PingAsync(CancellationToken.None),
            store.FindAsync(name, CancellationToken.None),
            store.CommitOneAsync(name, Appends.New()),
            store.CommitOneAsync(name, Appends.New(key: "key")),
            store.ListAsync(name.WorkspaceId, 0, 1, CancellationToken.None),
        ];
        foreach (var call in calls)
            await Assert.ThrowsAsync<StoreException>(() => call);
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await server.StartAgainAsync();

        // A pooled connection that broke unseen may still fail the first calls; each such failure removes it.
        for (var attempts = 0; ; attempts++)
            try
            {
                await store.AppendNewAsync(name);
                break;
            }
            catch (StoreException) when (attempts < 30)
            {
            }

        var page = (await store.ListVersionsAsync(name, 0, 10, CancellationToken.None))!;
        Assert.Equal([1, 2], page.Items.Select(version => version.Version));
    }

    [PostgresFact]
    public async Task Reads_behind_a_lock_are_answered_within_ten_seconds()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var names = Enumerable.Range(0, 1000).Select(_ => test.NewName()).ToArray();
        await test.AppendNewAsync(names[0]);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("lock table presets in access exclusive mode", connection))
            await command.ExecuteNonQueryAsync();
        var waited = Stopwatch.StartNew();

        Task[] reads =
        [
            .. names.Select(name => test.Store.FindRevisionAsync(name, CancellationToken.None)),
            .. names[..100].Select(name => test.Store.FindAsync(name, CancellationToken.None)),
            test.Store.ListAsync(test.WorkspaceId, 0, 10, CancellationToken.None),
        ];
        foreach (var read in reads)
            await Assert.ThrowsAsync<StoreException>(() => read);

        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await transaction.RollbackAsync();
        Assert.Equal(1, (await test.Store.FindRevisionAsync(names[0], CancellationToken.None))!.Value.Revision);
    }

    [PostgresFact]
    public async Task A_read_that_loses_a_deadlock_with_a_migration_runs_again()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        // Whoever finds the deadlock ends it, and here that is the read.
        await using (var patient = new NpgsqlCommand("set deadlock_timeout = '1min'", connection))
            await patient.ExecuteNonQueryAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await LockAsync("preset_versions");

        // It holds presets already.
        var read = test.Store.FindAsync(name, CancellationToken.None);
        await test.WaitForLockAsync(connection.ProcessID);
        await LockAsync("presets");
        await transaction.CommitAsync();

        Assert.Equal(1, (await read)!.Designated.Version);
        Assert.Equal(1, await test.CountDeadlocksAsync());

        async Task LockAsync(string table)
        {
            await using var command = new NpgsqlCommand($"lock table {table} in access exclusive mode", connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    [PostgresFact]
    public async Task A_backend_that_dies_while_it_appends_leaves_the_outcome_in_doubt()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, patient: true);
        var name = test.NewName();
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await test.InsertPresetAsync(connection, name);
        var change = Appends.New();
        var append = test.CommitOneAsync(name, change);
        await test.WaitForLockAsync(connection.ProcessID);

        await using var killer = new NpgsqlConnection(test.ConnectionString);
        await killer.OpenAsync();
        await using (var kill = new NpgsqlCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where $1 = any(pg_blocking_pids(pid))", killer)
        {
            Parameters = { new() { Value = connection.ProcessID } },
        })
            await kill.ExecuteNonQueryAsync();
        var failure = await Assert.ThrowsAsync<StoreException>(() => append);
        await transaction.RollbackAsync();

        Assert.Equal(StoreFailure.InDoubt, failure.Kind);
        Assert.Equal(1, (await test.CommitOneAsync(name, change with { MayBeStored = true })).Number());
    }

    [Fact]
    public void The_description_holds_no_secret()
    {
        var database = new PostgresDatabase("Host=db.example;Username=me;Password=hunter2;Database=presets");

        Assert.Equal("Postgres at db.example:5432, database presets", database.Description);
    }

    [Theory]
    [InlineData("Database=presets")]
    [InlineData("Host=localhost;Colour=blue")]
    public void A_connection_string_that_means_nothing_is_refused(string connectionString)
    {
        Assert.Throws<ArgumentException>(() => StorageFactory.CreateDatabase(connectionString, TimeProvider.System));
    }
}
