using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class MigrationTests
{
    [Theory, Sqlite, Postgres]
    public async Task Migrations_are_recorded_by_name(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);

        var recorded = await test.Database.ReadAsync(
            connection => connection.ListAsync(
                "select name from schema_migrations order by name", row => row.Next<string>()),
            CancellationToken.None);

        Assert.Equal(Migration.All(engine.ToString()).Select(migration => migration.Name), recorded);
        Assert.Equal("0001_presets", recorded[0]);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_second_start_changes_nothing(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await test.ExecuteAsync("update schema_migrations set applied_at = @then", ("then", DateTimeOffset.UnixEpoch));
        await test.Database.DisposeAsync();

        await using var again = StorageFactory.CreateDatabase(test.ConnectionString, TimeProvider.System);
        await again.StartAsync(alone: true, CancellationToken.None);

        Assert.Equal(2, await again.OpenStore().AppendNewAsync(name));
        var reapplied = await again.ReadAsync(
            connection => connection.FindAsync(
                "select count(*) from schema_migrations where applied_at <> $1",
                row => row.Next<long>(),
                DateTimeOffset.UnixEpoch),
            CancellationToken.None);
        Assert.Equal(0, reapplied);
    }

    [PostgresFact]
    public async Task Eight_nodes_may_start_at_once()
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var nodes = Enumerable.Range(0, 8)
            .Select(_ => StorageFactory.CreateDatabase(connectionString, TimeProvider.System))
            .ToArray();

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.StartAsync(alone: true, CancellationToken.None))));

        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from schema_migrations", connection);
        Assert.Equal((long)Migration.All("Postgres").Count, await command.ExecuteScalarAsync());
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task Eight_commands_may_start_at_once_beside_a_sqlite_server()
    {
        var folder = Directory.CreateTempSubdirectory("presets-sqlite-");
        var connectionString = $"Data Source={Path.Combine(folder.FullName, "presets.db")}";
        var nodes = Enumerable.Range(0, 8)
            .Select(_ => StorageFactory.CreateDatabase(connectionString, TimeProvider.System))
            .ToArray();

        await Task.WhenAll(nodes.Select((node, i) =>
            Task.Run(() => node.StartAsync(alone: i == 0, CancellationToken.None))));

        foreach (var node in nodes)
        {
            await node.PingAsync(CancellationToken.None);
            await node.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    [Theory, Sqlite, Postgres]
    public void Migrations_have_distinct_numbers_and_say_why(Engine engine)
    {
        var migrations = Migration.All(engine.ToString());

        Assert.NotEmpty(migrations);
        Assert.Equal(migrations.Count, migrations.Select(migration => migration.Name[..4]).Distinct().Count());
        Assert.All(migrations, migration => Assert.StartsWith("-- ", migration.Sql));
    }

    [PostgresFact]
    public async Task A_node_goes_on_when_the_next_release_changes_the_schema_under_its_prepared_statements()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var name = test.NewName();
        var versions = 0;
        // Npgsql prepares a statement at its second use on a connection.
        for (var i = 0; i < 5; i++)
            await UseAsync();

        await MigrateToNextAsync(test);
        for (var i = 0; i < 5; i++)
            await UseAsync();

        async Task UseAsync()
        {
            var keyed = Appends.New(key: Guid.NewGuid().ToString());
            Assert.Equal(1, await test.AppendNewAsync(test.NewName()));
            Assert.Equal(++versions, await test.AppendNewAsync(name));
            Assert.Equal(++versions, (await test.CommitOneAsync(name, keyed)).Number());
            var replayed = await test.CommitOneAsync(name, Appends.New(key: keyed.Idempotency!.Key));
            Assert.Equal(versions, replayed.Number());
            Assert.Equal(versions, (await test.Store.FindAsync(name, CancellationToken.None))!.Designated.Version);
            Assert.Equal(versions, (await test.Store.FindRevisionAsync(name, CancellationToken.None))!.Value.Revision);
            var latest = (await test.Store.FindVersionAsync(name, versions, CancellationToken.None))!;
            Assert.Equal(versions, latest.Version);
            var page = (await test.Store.ListVersionsAsync(name, 0, 100, CancellationToken.None))!;
            Assert.Equal(Enumerable.Range(1, versions), page.Items.Select(version => version.Version));
            var presets = await test.Store.ListAsync(test.WorkspaceId, 0, 100, CancellationToken.None);
            Assert.Contains(name, presets.Items.Select(preset => preset.FullName));
        }
    }

    [PostgresFact]
    public async Task A_migration_that_loses_a_deadlock_with_another_node_runs_again()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        // Whoever finds the deadlock ends it, and here that is the migration.
        await ExecuteAsync("set deadlock_timeout = '1min'");
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync("lock table preset_versions in access share mode");

        // It holds presets already.
        var migration = MigrateToNextAsync(test);
        await test.WaitForLockAsync(connection.ProcessID);
        await ExecuteAsync("lock table presets in access share mode");
        await transaction.CommitAsync();
        await migration;

        Assert.Equal(1, await test.CountAsync("select count(*) from schema_migrations where name = '9999_next'"));
        Assert.Equal(2, await test.AppendNewAsync(name));
        Assert.Equal(1, await test.CountDeadlocksAsync());

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static Task MigrateToNextAsync(TestDatabase test) =>
        ((PostgresDatabase)test.Database).MigrateAsync(
            typeof(MigrationTests).Assembly, "NextRelease.", CancellationToken.None);
}
