using System.Data.Common;

namespace Presets.Storage;

/// <summary>
/// One of the two engines, and what differs between them for stores whose SQL is the same on both: how a connection is
/// had, how a write is made durable, and how ids, times and truth values are stored. Postgres: <c>uuid</c>,
/// <c>timestamptz</c>, <c>boolean</c>. SQLite: 16 bytes, microseconds since 1970 as an integer, 0 or 1.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>Whether other processes may write to the same tables.</summary>
    public abstract bool IsShared { get; }

    /// <summary>
    /// What an operator knows this database by, without any secret: host and database, or the file's absolute path.
    /// </summary>
    public abstract string Description { get; }

    /// <summary>
    /// Makes the database ready: creates the file's folder, takes the lock file (SQLite), applies the migrations that
    /// are missing. Safe when many nodes start at once.
    /// </summary>
    /// <param name="alone">
    /// False for a short command beside a running server: no lock file is taken. On Postgres it changes nothing.
    /// </param>
    /// <returns>Warnings for the operator, each a sentence.</returns>
    /// <exception cref="StoreException">The database cannot be reached, or is held by another process.</exception>
    public abstract Task<IReadOnlyList<string>> StartAsync(bool alone, CancellationToken cancellationToken);

    /// <summary>Makes sure that the database answers and can be written to.</summary>
    /// <exception cref="StoreException">It does not, or cannot.</exception>
    public abstract Task PingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs statements that only read, on a pooled connection, outside a transaction; again, when a migration was in
    /// the way.
    /// </summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public abstract Task<T> ReadAsync<T>(
        Func<DatabaseConnection, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction and commits it. <paramref name="work"/> may run more than once
    /// (deadlock, serialisation failure). On SQLite it runs on the writer's thread, where the provider's calls complete
    /// synchronously; it must await nothing else.
    /// </summary>
    /// <exception cref="StoreException">
    /// The database did not answer in time; its kind says what is known of the outcome.
    /// </exception>
    /// <exception cref="Refusal">
    /// What <paramref name="work"/> refuses passes through, and the transaction is rolled back.
    /// </exception>
    public abstract Task<T> WriteAsync<T>(
        Func<DatabaseConnection, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// The name of the unique constraint that was violated (<c>workspaces_slug_key</c>), or null for any other error.
    /// </summary>
    public abstract string? ViolatedConstraint(DbException exception);

    /// <summary>Whether the database refused a value, or a row for what it holds.</summary>
    public abstract bool IsRefusedValue(DbException exception);

    /// <summary>
    /// A value for <c>$place</c>; <see cref="Guid"/>, <see cref="DateTimeOffset"/> and <see cref="bool"/> take the
    /// engine's form, null becomes NULL.
    /// </summary>
    internal abstract DbParameter Parameter(int place, object? value);

    /// <summary>Reads a column that is not NULL, from the engine's form.</summary>
    internal abstract T Read<T>(DbDataReader row, int column);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
