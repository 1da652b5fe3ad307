using System.Data.Common;
using System.Reflection;
using Npgsql;

namespace Presets.Storage;

/// <summary>A Postgres server, shared with whoever else connects to it.</summary>
public sealed class PostgresDatabase : Database
{
    // Committed means on disk, whatever the server's default says. A startup option, so that no reset of a pooled connection undoes it.
    private const string Durable = "-c synchronous_commit=on";

    // The append joins at most a batch of rows to indexed tables. A plan made while a table was still empty would scan it, and a
    // cached plan stays; these keep the plan to what is right for any size.
    private const string IndexedPlans = Durable + " -c enable_seqscan=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off";

    private readonly NpgsqlDataSource source;
    private readonly PostgresPresetStore presets;

    /// <param name="connectionString">In Npgsql's form, <c>Host=...</c>; what it sets wins over this service's defaults.</param>
    /// <param name="clock">The time of new versions.</param>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    public PostgresDatabase(string connectionString, TimeProvider clock)
    {
        source = Open(connectionString, Durable, 20);
        AppendSource = Open(connectionString, IndexedPlans, 10);
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        Description = $"Postgres at {settings.Host}:{settings.Port}, database {settings.Database ?? settings.Username}";
        presets = new PostgresPresetStore(this, clock);
    }

    /// <inheritdoc/>
    public override bool IsShared => true;

    /// <inheritdoc/>
    public override string Description { get; }

    /// <inheritdoc/>
    public override PresetStore Presets => presets;

    internal NpgsqlDataSource Source => source;

    internal NpgsqlDataSource AppendSource { get; }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string>> StartAsync(bool alone, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var migration in Migration.All("Postgres"))
                await ApplyAsync(migration, cancellationToken).ConfigureAwait(false);
            await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand("show fsync", connection);
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is "off"
                ? ["The server runs with fsync=off: a crash of its machine loses versions that were answered."]
                : [];
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFailure.BeforeCommit(exception);
        }
    }

    /// <summary>
    /// Applies another assembly's migrations after this one's: its embedded <c>.sql</c> files whose names start with <paramref name="prefix"/>. Safe when many
    /// nodes start at once.
    /// </summary>
    /// <exception cref="StoreException">The database cannot be reached.</exception>
    public async Task MigrateAsync(Assembly assembly, string prefix, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var migration in Migration.All(assembly, prefix))
                await ApplyAsync(migration, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFailure.BeforeCommit(exception);
        }
    }

    /// <inheritdoc/>
    public override Task PingAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand("select 1", (NpgsqlConnection)connection);
                return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    /// <inheritdoc/>
    public override async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                return await work(connection).ConfigureAwait(false);
            }
            catch (PostgresException conflict) when (PostgresFailure.IsConflict(conflict) && attempt < 5)
            {
                // A read takes no row's lock, but the next release's migration may take the tables' in another order.
            }
            catch (NpgsqlException exception) when (!PostgresFailure.IsDefect(exception))
            {
                throw PostgresFailure.BeforeCommit(exception);
            }
    }

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(source, work, cancellationToken);

    internal static async Task<T> WriteAsync<T>(
        NpgsqlDataSource source, Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                var result = await work(connection).ConfigureAwait(false);
                committing = true;
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                return result;
            }
            catch (PostgresException conflict) when (PostgresFailure.IsConflict(conflict) && attempt < 5)
            {
                // Rolled back by the server; the same work may run again.
            }
            catch (NpgsqlException exception) when (!PostgresFailure.IsDefect(exception))
            {
                throw committing ? PostgresFailure.During(exception) : PostgresFailure.BeforeCommit(exception);
            }
        }
    }

    /// <inheritdoc/>
    public override string? ViolatedConstraint(DbException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } violation ? violation.ConstraintName : null;

    /// <inheritdoc/>
    public override void Add(DbCommand command, string name, object? value) =>
        ((NpgsqlCommand)command).Parameters.AddWithValue(name, value ?? DBNull.Value);

    /// <inheritdoc/>
    public override Guid ReadGuid(DbDataReader row, int column) => row.GetGuid(column);

    /// <inheritdoc/>
    public override DateTimeOffset ReadTime(DbDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    /// <inheritdoc/>
    public override bool ReadBool(DbDataReader row, int column) => row.GetBoolean(column);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await presets.DisposeAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
        await AppendSource.DisposeAsync().ConfigureAwait(false);
    }

    private static NpgsqlDataSource Open(string connectionString, string options, int poolSize)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = string.IsNullOrEmpty(settings.Options) ? options : settings.Options + " " + options;
        settings.NoResetOnClose = true;
        Default("Timeout", () => settings.Timeout = 2);
        Default("Command Timeout", () => settings.CommandTimeout = 4);
        Default("Cancellation Timeout", () => settings.CancellationTimeout = 500);
        Default("Maximum Pool Size", () => settings.MaxPoolSize = poolSize);
        Default("Max Auto Prepare", () => settings.MaxAutoPrepare = 64);
        Default("Auto Prepare Min Usages", () => settings.AutoPrepareMinUsages = 2);
        Default("Keepalive", () => settings.KeepAlive = 10);
        Default("Application Name", () => settings.ApplicationName = "presets");
        return NpgsqlDataSource.Create(settings);

        void Default(string name, Action set)
        {
            if (!given.ContainsKey(name) && !given.ContainsKey(name.Replace(" ", "", StringComparison.Ordinal)))
                set();
        }
    }

    // Other nodes serve meanwhile. A migration that loses a deadlock with their statements was rolled back, and runs again.
    private Task ApplyAsync(Migration migration, CancellationToken cancellationToken) =>
        WriteAsync(
            async connection =>
            {
                // Nodes that start together queue here, each looks again. The number is "presets" in ASCII.
                await ExecuteAsync("select pg_advisory_xact_lock(31654306913777779)").ConfigureAwait(false);
                await ExecuteAsync(
                    """
                    create table if not exists schema_migrations (
                        name text not null,
                        applied_at timestamptz not null default now(),
                        constraint schema_migrations_pkey primary key (name)
                    )
                    """).ConfigureAwait(false);
                await using var known = new NpgsqlCommand("select 1 from schema_migrations where name = @name", (NpgsqlConnection)connection);
                known.Parameters.AddWithValue("name", migration.Name);
                if (await known.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null)
                    return false;
                await ExecuteAsync(migration.Sql).ConfigureAwait(false);
                await using var record = new NpgsqlCommand("insert into schema_migrations (name) values (@name)", (NpgsqlConnection)connection);
                record.Parameters.AddWithValue("name", migration.Name);
                await record.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                return true;

                async Task ExecuteAsync(string sql)
                {
                    // Waiting for another node's migration, or building an index, takes as long as it takes.
                    await using var command = new NpgsqlCommand(sql, (NpgsqlConnection)connection) { CommandTimeout = 0 };
                    await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken);
}
