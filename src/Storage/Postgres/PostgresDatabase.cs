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
        await source.DisposeAsync().ConfigureAwait(false);
        await GroupSource.DisposeAsync().ConfigureAwait(false);
        await WaitingSource.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ApplyAsync(IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        // One that loses a deadlock with the statements of other nodes was rolled back, and runs again.
        foreach (var migration in migrations)
            await WriteAsync(
                connection => PostgresMigrations.ApplyAsync((NpgsqlConnection)connection, migration, cancellationToken),
                cancellationToken).ConfigureAwait(false);
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
