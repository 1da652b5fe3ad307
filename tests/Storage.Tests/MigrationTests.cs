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
            async connection =>
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "select name from schema_migrations order by name";
                var names = new List<string>();
                await using var rows = await command.ExecuteReaderAsync();
                while (await rows.ReadAsync())
                    names.Add(rows.GetString(0));
                return names;
            },
            CancellationToken.None);

        Assert.Equal(Migration.All(engine.ToString()).Select(migration => migration.Name), recorded);
        Assert.Equal("0001_presets", recorded[0]);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_second_start_changes_nothing(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        var key = test.NewKey();
        await test.Store.AppendNewAsync(key);
        await test.ExecuteAsync("update schema_migrations set applied_at = @then", ("then", DateTimeOffset.UnixEpoch));
        await test.Database.DisposeAsync();

        await using var again = Database.FromConnectionString(test.ConnectionString, TimeProvider.System);
        await again.StartAsync(alone: true, CancellationToken.None);

        Assert.Equal(2, await again.Presets.AppendNewAsync(key));
        var reapplied = await again.ReadAsync(
            async connection =>
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "select count(*) from schema_migrations where applied_at <> @then";
                again.Add(command, "then", DateTimeOffset.UnixEpoch);
                return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
            },
            CancellationToken.None);
        Assert.Equal(0, reapplied);
    }

    [PostgresFact]
    public async Task Eight_nodes_may_start_at_once()
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var nodes = Enumerable.Range(0, 8).Select(_ => Database.FromConnectionString(connectionString, TimeProvider.System)).ToArray();

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
        var nodes = Enumerable.Range(0, 8)
            .Select(_ => Database.FromConnectionString($"Data Source={Path.Combine(folder.FullName, "presets.db")}", TimeProvider.System))
            .ToArray();

        await Task.WhenAll(nodes.Select((node, i) => Task.Run(() => node.StartAsync(alone: i == 0, CancellationToken.None))));

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
}
