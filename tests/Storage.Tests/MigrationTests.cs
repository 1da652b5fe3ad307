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

    [Theory, Sqlite, Postgres]
    public async Task Presets_of_the_previous_release_are_listed_right_and_so_is_what_its_nodes_still_write(
        Engine engine)
    {
        var connectionString = await EmptyDatabase.ConnectionStringAsync(engine);
        await using var database = StorageFactory.CreateDatabase(connectionString, TimeProvider.System);
        var workspace = Guid.CreateVersion7();
        var start = new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);
        await StartPreviousReleaseAsync();
        foreach (var slug in new[] { "a", "b", "c" })
            await InsertAsync(slug);

        await database.StartAsync(alone: true, CancellationToken.None);
        var store = database.OpenStore();
        await AssertListAsync("c", "b", "a");
        Assert.Equal(3, await store.SettleListsAsync(start.AddHours(1), CancellationToken.None));
        await AssertListAsync("c", "b", "a");

        await InsertAsync("d");
        await AppendAsync("b");
        await AssertListAsync("b", "d", "c", "a");
        await AppendAsync("c");
        await AppendAsync("b");
        await AssertListAsync("b", "c", "d", "a");
        Assert.Equal(3, await store.SettleListsAsync(start.AddHours(1), CancellationToken.None));
        await AssertListAsync("b", "c", "d", "a");

        async Task StartPreviousReleaseAsync()
        {
            var type = engine == Engine.Postgres ? "timestamptz not null default now()" : "integer not null";
            await ExecuteAsync($"create table schema_migrations (name text primary key, applied_at {type})");
            foreach (var migration in Migration.All(engine.ToString()).Take(2))
            {
                await ExecuteAsync(migration.Sql);
                await ExecuteAsync(
                    "insert into schema_migrations values ($1, $2)", migration.Name, start);
            }

            await ExecuteAsync(
                """
                insert into workspaces (id, slug, name, is_default, created_at)
                values ($1, 'default', 'Default', $2, $3)
                """,
                workspace, true, start);
        }

        Task InsertAsync(string slug) =>
            ExecuteAsync(
                """
                insert into presets (
                    id, workspace_id, slug, name, description, status, creator_user_id, created_at, updated_at,
                    status_updated_at, latest_version, designated_version, designated_version_id, revision)
                values ($1, $2, $3, $3, null, 'active', 'user_1', $4, $4, null, 1, 1, $1, 1)
                """,
                Guid.CreateVersion7(), workspace, slug, start = start.AddSeconds(1));

        Task AppendAsync(string slug) =>
            ExecuteAsync(
                """
                update presets
                set name = name, status = status, updated_at = $1, latest_version = latest_version + 1,
                    revision = revision + 1
                where workspace_id = $2 and slug = $3
                """,
                start = start.AddSeconds(1), workspace, slug);

        Task ExecuteAsync(string sql, params object[] values) =>
            database.ReadAsync(connection => connection.ExecuteAsync(sql, values), CancellationToken.None);

        async Task AssertListAsync(params string[] slugs)
        {
            var page = await store.ListAsync(workspace, 0, 100, CancellationToken.None);
            Assert.Equal(slugs, page.Items.Select(preset => preset.FullName.Slug));
            Assert.Equal(slugs.Length, page.TotalCount);
        }
    }

    private static Task MigrateToNextAsync(TestDatabase test) =>
        ((PostgresDatabase)test.Database).MigrateAsync(
            typeof(MigrationTests).Assembly, "NextRelease.", CancellationToken.None);
}
