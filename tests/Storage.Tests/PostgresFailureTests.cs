using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>A Postgres that answers, and does not do what it is asked.</summary>
public sealed class PostgresFailureTests
{
    [PostgresFact]
    public async Task A_missing_right_is_told_and_not_a_defect()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        await using var database = await StartAsUserAsync(test);
        var store = database.OpenStore();
        var name = test.NewName();
        await store.AppendNewAsync(name);
        await database.PingAsync(CancellationToken.None);

        await ExecuteAsync("revoke insert on preset_versions from current_user");
        var create = await Assert.ThrowsAsync<StoreException>(() => store.AppendNewAsync(name));
        var keyed = await Assert.ThrowsAsync<StoreException>(() =>
            store.CommitOneAsync(name, Appends.New(key: Guid.NewGuid().ToString())));
        var looked = await Assert.ThrowsAsync<StoreException>(() =>
            store.CommitOneAsync(name, Appends.New() with { MayBeStored = true }));
        var ping = await Assert.ThrowsAsync<StoreException>(() => database.PingAsync(CancellationToken.None));
        await ExecuteAsync("grant insert on preset_versions to current_user");
        await ExecuteAsync("revoke select on presets from current_user");
        var read = await Assert.ThrowsAsync<StoreException>(() => store.FindAsync(name, CancellationToken.None));
        var revision = await Assert.ThrowsAsync<StoreException>(() =>
            store.FindRevisionAsync(name, CancellationToken.None));
        await ExecuteAsync("grant select on presets to current_user");

        foreach (var failure in new[] { create, keyed, looked, read, revision })
        {
            Assert.Equal((StoreFailure.NotStored, true), (failure.Kind, failure.NeedsOperator));
            Assert.Contains("permission denied for table", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal("Postgres takes no writes: there is no right to write to preset_versions.", ping.Message);
        Assert.Equal(2, await store.AppendNewAsync(name));
        await database.PingAsync(CancellationToken.None);

        Task ExecuteAsync(string sql) =>
            database.WriteAsync(connection => connection.ExecuteAsync(sql), CancellationToken.None);
    }

    [PostgresFact]
    public async Task A_missing_table_is_told_and_not_a_defect()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var name = test.NewName();
        await test.AppendNewAsync(name);

        await test.ExecuteAsync("alter table preset_versions rename to elsewhere");
        var create = await Assert.ThrowsAsync<StoreException>(() => test.AppendNewAsync(name));
        var ping = await Assert.ThrowsAsync<StoreException>(() => test.Database.PingAsync(CancellationToken.None));
        await test.ExecuteAsync("alter table elsewhere rename to preset_versions");

        Assert.Equal((StoreFailure.NotStored, true), (create.Kind, create.NeedsOperator));
        Assert.Contains("\"preset_versions\" does not exist", create.Message, StringComparison.Ordinal);
        Assert.True(ping.NeedsOperator);
        Assert.Equal(2, await test.AppendNewAsync(name));
    }

    [PostgresFact]
    public async Task A_server_that_takes_no_writes_answers_reads_and_is_not_ready()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        var (database, name) = await TestDatabase.StartOnAsync(server);
        await using var started = database;
        var store = database.OpenStore();
        await store.AppendNewAsync(name);

        await SetReadOnlyAsync(server, "on");
        var create = await Assert.ThrowsAsync<StoreException>(() => store.AppendNewAsync(name));
        var ping = await Assert.ThrowsAsync<StoreException>(() => database.PingAsync(CancellationToken.None));
        var head = await store.FindAsync(name, CancellationToken.None);
        await SetReadOnlyAsync(server, "off");

        Assert.Equal((StoreFailure.NotStored, true), (create.Kind, create.NeedsOperator));
        Assert.Contains("read-only transaction", create.Message, StringComparison.Ordinal);
        Assert.Equal("Postgres takes no writes: it is read-only.", ping.Message);
        Assert.Equal(1, head!.Designated.Version);
        Assert.Equal(2, await store.AppendNewAsync(name));
        await database.PingAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("42501", "ERROR", StoreFailure.NotStored, true)]
    [InlineData("42P01", "ERROR", StoreFailure.NotStored, true)]
    [InlineData("25006", "ERROR", StoreFailure.NotStored, true)]
    [InlineData("53100", "ERROR", StoreFailure.NotStored, true)]
    [InlineData("53100", "PANIC", StoreFailure.InDoubt, true)]
    [InlineData("53200", "ERROR", StoreFailure.NotStored, true)]
    [InlineData("57014", "ERROR", StoreFailure.NotStored, false)]
    [InlineData("57P01", "FATAL", StoreFailure.InDoubt, false)]
    [InlineData("58030", "ERROR", StoreFailure.NotStored, true)]
    [InlineData("XX001", "ERROR", StoreFailure.NotStored, true)]
    public void What_the_server_cannot_do_is_no_defect(
        string state, string severity, StoreFailure kind, bool needsOperator)
    {
        var exception = new PostgresException("the words", severity, severity, state);

        var failure = PostgresFailure.During(exception);

        Assert.False(PostgresFailure.IsDefect(exception));
        Assert.Equal((kind, needsOperator), (failure.Kind, failure.NeedsOperator));
        Assert.Contains("the words", failure.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("42601"), InlineData("42883"), InlineData("22021"), InlineData("23505"), InlineData("0A000")]
    public void What_was_wrong_to_ask_for_is_a_defect(string state)
    {
        Assert.True(PostgresFailure.IsDefect(new PostgresException("", "ERROR", "ERROR", state)));
    }

    /// <summary>The tables as their owner has them, who is no superuser.</summary>
    private static async Task<Database> StartAsUserAsync(TestDatabase test)
    {
        var settings = new NpgsqlConnectionStringBuilder(test.ConnectionString);
        var user = $"user_{Guid.NewGuid():N}";
        await test.ExecuteAsync(
            $"""
            create role {user} login password 'secret';
            alter database {settings.Database} owner to {user};
            alter table workspaces owner to {user};
            alter table api_keys owner to {user};
            alter table presets owner to {user};
            alter table preset_versions owner to {user};
            alter table preset_counts owner to {user};
            alter table preset_changes owner to {user};
            alter table preset_purges owner to {user};
            alter table idempotency_keys owner to {user};
            alter table schema_migrations owner to {user}
            """);
        (settings.Username, settings.Password) = (user, "secret");
        var database = StorageFactory.CreateDatabase(settings.ConnectionString, TimeProvider.System);
        await database.StartAsync(alone: true, CancellationToken.None);
        return database;
    }

    /// <summary>Returns when every connection of the server has the setting.</summary>
    private static async Task SetReadOnlyAsync(PostgresServer server, string value)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in new[]
        {
            "set default_transaction_read_only = off",
            $"alter system set default_transaction_read_only = {value}",
            "select pg_reload_conf()",
        })
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }

        await using var other = new NpgsqlConnection(server.ConnectionString("postgres") + ";Pooling=false");
        await other.OpenAsync();
        await using var show = new NpgsqlCommand("show default_transaction_read_only", other);
        while (!value.Equals(await show.ExecuteScalarAsync()))
        {
        }
    }
}
