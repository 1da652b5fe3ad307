using System.Data.Common;
using System.Reflection;
using Npgsql;

namespace Presets.Storage;

/// <summary>A Postgres server, shared with whoever else connects to it.</summary>
public sealed class PostgresDatabase : Database
{
    // Committed means on disk, whatever the server's default says. A transaction of a node that hangs, or whose machine
    // is gone, ends by itself. Startup options, so that no reset of a pooled connection undoes them.
    private const string Always =
        "-c synchronous_commit=on -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3";

    // A group commit joins at most a batch of rows to indexed tables. A plan made while a table was still empty would
    // scan it, and a cached plan stays; these keep the plan to what is right for any size.
    private const string IndexedPlans =
        Always + " -c enable_seqscan=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off";

    // Nodes that start together queue at the lock ("presets" in ASCII), and each looks again.
    private const string MigrationsTable =
        """
        select pg_advisory_xact_lock(31654306913777779);
        create table if not exists schema_migrations (
            name text not null,
            applied_at timestamptz not null default now(),
            constraint schema_migrations_pkey primary key (name)
        )
        """;

    /// <summary>How many connections <see cref="WaitingSource"/> has at most.</summary>
    internal const int WaitingConnections = 12;

    private readonly NpgsqlDataSource source;

    /// <param name="connectionString">
    /// In Npgsql's form, <c>Host=...</c>; what it sets wins over this service's defaults.
    /// </param>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    public PostgresDatabase(string connectionString)
    {
        source = Open(connectionString, "", Always, TimeBudget.Query, 20);
        var sharedLock = $"-c lock_timeout={(int)TimeBudget.SharedLock.TotalMilliseconds}";
        GroupSource = Open(
            connectionString, sharedLock, IndexedPlans, TimeBudget.Statement, 8, GroupStatement.PrepareAsync);
        // Statements fail here as a matter of course, and Npgsql (10.0) loses step with the server when one fails in
        // the call that prepares it automatically.
        WaitingSource = Open(
            connectionString, "", IndexedPlans, TimeBudget.Statement, WaitingConnections, autoPrepare: false);
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        Description = $"Postgres at {settings.Host}:{settings.Port}, database {settings.Database ?? settings.Username}";
    }

    /// <inheritdoc/>
    public override bool IsShared => true;

    /// <inheritdoc/>
    public override string Description { get; }

    /// <summary>Connections for statements that many requests share. None waits for a lock for long.</summary>
    internal NpgsqlDataSource GroupSource { get; }

    /// <summary>Connections for transactions that wait for a preset that somebody holds.</summary>
    internal NpgsqlDataSource WaitingSource { get; }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string>> StartAsync(bool alone, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(Migration.All("Postgres"), cancellationToken).ConfigureAwait(false);
            return await ReadAsync(
                connection => connection.FindAsync("show fsync", row => row.Next<string>()), cancellationToken)
                .ConfigureAwait(false) == "off"
                ? ["The server runs with fsync=off: a crash of its machine loses versions that were answered."]
                : [];
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFailure.BeforeCommit(exception);
        }
    }

    /// <summary>
    /// Applies another assembly's migrations after this one's: its embedded <c>.sql</c> files whose names start with
    /// <paramref name="prefix"/>. Safe when many nodes start at once.
    /// </summary>
    /// <exception cref="StoreException">The database cannot be reached.</exception>
    public async Task MigrateAsync(Assembly assembly, string prefix, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(Migration.All(assembly, prefix), cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFailure.BeforeCommit(exception);
        }
    }

    /// <inheritdoc/>
    public override async Task PingAsync(CancellationToken cancellationToken)
    {
        var fault = await ReadAsync(
            connection => connection.FindAsync(
                """
                select 'it is read-only' where current_setting('transaction_read_only') = 'on'
                union all
                select 'there is no right to write to ' || name
                from unnest(array['presets', 'preset_versions', 'idempotency_keys']) name
                where not has_table_privilege(name, 'insert')
                """,
                row => row.Next<string>()),
            cancellationToken).ConfigureAwait(false);
        if (fault is not null)
            throw new StoreException(StoreFailure.NotStored, $"Postgres takes no writes: {fault}.")
            {
                NeedsOperator = true,
            };
    }

    /// <inheritdoc/>
    public override async Task<T> ReadAsync<T>(
        Func<DatabaseConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                return await work(new(this, connection, cancellationToken)).ConfigureAwait(false);
            }
            catch (PostgresException conflict) when (PostgresFailure.IsConflict(conflict) && attempt < 5)
            {
                // A read takes no row's lock, but the next release's migration may take the tables' in another order.
            }
            catch (NpgsqlException broken) when (PostgresFailure.IsBroken(broken) && attempt == 1)
            {
                // The server was restarted while the connection was idle, and so were the others.
                source.Clear();
            }
            catch (NpgsqlException exception) when (!PostgresFailure.IsDefect(exception))
            {
                throw PostgresFailure.BeforeCommit(exception);
            }
    }

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(
        Func<DatabaseConnection, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(source, connection => work(new(this, connection, cancellationToken)), cancellationToken);

    internal static async Task<T> WriteAsync<T>(
        NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using var transaction =
                    await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                var result = await work(connection).ConfigureAwait(false);
                committing = true;
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                return result;
            }
            catch (PostgresException conflict) when (PostgresFailure.IsConflict(conflict) && attempt < 5)
            {
                // Rolled back by the server; the same work may run again.
            }
            catch (NpgsqlException broken) when (!committing && PostgresFailure.IsBroken(broken) && attempt == 1)
            {
                source.Clear();
            }
            catch (NpgsqlException exception) when (!PostgresFailure.IsDefect(exception))
            {
                throw committing ? PostgresFailure.During(exception) : PostgresFailure.BeforeCommit(exception);
            }
        }
    }

    /// <inheritdoc/>
    public override string? ViolatedConstraint(DbException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } violation
            ? violation.ConstraintName
            : null;

    /// <inheritdoc/>
    public override bool IsRefusedValue(DbException exception) =>
        exception is PostgresException refused && PostgresFailure.IsRefusedValue(refused);

    internal override DbParameter Parameter(int place, object? value) =>
        new NpgsqlParameter { Value = value ?? DBNull.Value };

    internal override T Read<T>(DbDataReader row, int column) => row.GetFieldValue<T>(column);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync().ConfigureAwait(false);
        await GroupSource.DisposeAsync().ConfigureAwait(false);
        await WaitingSource.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ApplyAsync(IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        // One that loses a deadlock with the statements of other nodes was rolled back, and runs again.
        foreach (var migration in migrations)
            await WriteAsync(
                connection => migration.ApplyAsync(connection, MigrationsTable, "now()"), cancellationToken)
                .ConfigureAwait(false);
    }

    /// <param name="defaults">Options that the connection string may set otherwise.</param>
    /// <param name="options">Options that always hold.</param>
    /// <param name="initialize">Runs on each connection when it is opened.</param>
    private static NpgsqlDataSource Open(
        string connectionString,
        string defaults,
        string options,
        TimeSpan commandTimeout,
        int poolSize,
        Func<NpgsqlConnection, Task>? initialize = null,
        bool autoPrepare = true)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var idle = $"-c idle_in_transaction_session_timeout={(int)TimeBudget.IdleTransaction.TotalMilliseconds}";
        settings.Options = $"{idle} {defaults} {settings.Options} {options}";
        settings.NoResetOnClose = true;
        Default("Timeout", () => settings.Timeout = (int)TimeBudget.Connect.TotalSeconds);
        Default("Command Timeout", () => settings.CommandTimeout = (int)commandTimeout.TotalSeconds);
        Default("Cancellation Timeout", () => settings.CancellationTimeout = 500);
        Default("Maximum Pool Size", () => settings.MaxPoolSize = poolSize);
        Default("Max Auto Prepare", () => settings.MaxAutoPrepare = autoPrepare ? 64 : 0);
        Default("Auto Prepare Min Usages", () => settings.AutoPrepareMinUsages = 2);
        Default("Keepalive", () => settings.KeepAlive = 10);
        Default("Application Name", () => settings.ApplicationName = "presets");
        var builder = new NpgsqlDataSourceBuilder(settings.ToString());
        if (initialize is not null)
            builder.UsePhysicalConnectionInitializer(
                connection => initialize(connection).GetAwaiter().GetResult(), initialize);
        return builder.Build();

        void Default(string name, Action set)
        {
            if (!given.ContainsKey(name) && !given.ContainsKey(name.Replace(" ", "", StringComparison.Ordinal)))
                set();
        }
    }
}
