using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Presets.Storage;

/// <summary>
/// A SQLite file that belongs to this process: write-ahead log, every commit synced, one thread that writes. The
/// provider's asynchronous calls block, so reads run where they are called.
/// </summary>
public sealed class SqliteDatabase : Database
{
    // What an IOException's HResult is when somebody else has the lock: EWOULDBLOCK, ERROR_SHARING_VIOLATION.
    private const int LockedOnLinux = 11;
    private const int LockedOnMac = 35;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private const int LeastFreeBytes = 64 * 1024;

    private const string MigrationsTable =
        """
        create table if not exists schema_migrations (
            name text not null primary key,
            applied_at integer not null
        ) strict
        """;

    private readonly string connectionString;
    private readonly string path;
    private readonly TimeProvider clock;
    private FileStream? lockFile;
    private SqliteWriter? writer;

    /// <param name="connectionString">In the provider's form, <c>Data Source=...</c>.</param>
    /// <param name="clock">Measures how long writes wait.</param>
    /// <exception cref="ArgumentException">The connection string is malformed, or names no file.</exception>
    public SqliteDatabase(string connectionString, TimeProvider clock)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString);
        if (settings.DataSource is "" or ":memory:" || settings.Mode == SqliteOpenMode.Memory)
            throw new ArgumentException(
                "a database in memory keeps nothing; name a file: \"Data Source=data/presets.db\"");
        path = Path.GetFullPath(settings.DataSource);
        settings.DataSource = path;
        this.connectionString = settings.ToString();
        this.clock = clock;
    }

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override string Description => $"SQLite file {path}";

    /// <summary>Whether the file is there.</summary>
    public bool Exists => File.Exists(path);

    internal SqliteWriter Writer =>
        writer ?? throw new StoreException(StoreFailure.NotStored, "The SQLite database is not open.");

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string>> StartAsync(bool alone, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (alone)
                Lock();
            var connection = Open();
            foreach (var migration in Migration.All("Sqlite"))
            {
                using var transaction = connection.BeginTransaction(deferred: false);
                await migration.ApplyAsync(
                    new(this, connection, cancellationToken), MigrationsTable, "unixepoch() * 1000000")
                    .ConfigureAwait(false);
                transaction.Commit();
            }

            // The provider asks a busy file again for so many seconds. A node's requests wait for its writer; a command
            // beside it has time.
            if (alone)
                connection.DefaultTimeout = 2;
            writer = new SqliteWriter(connection, clock);
            return [];
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreFailure.NotStored,
                $"{path} cannot be opened: {exception.Message}"
                + (exception is SqliteException sqlite && SqliteFailure.IsNotWritable(sqlite)
                    ? " Its folder must take files too: SQLite keeps a log beside it."
                    : ""),
                exception);
        }
    }

    /// <inheritdoc/>
    public override Task PingAsync(CancellationToken cancellationToken)
    {
        // A small write may still find room in the log when that of a preset does not.
        if (new DriveInfo(path).TotalFreeSpace < LeastFreeBytes)
            throw new StoreException(StoreFailure.NotStored, $"The disk of {path} is full.") { NeedsOperator = true };
        return WriteAsync(
            connection => connection.ExecuteAsync("update schema_migrations set applied_at = applied_at"),
            cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<T> ReadAsync<T>(
        Func<DatabaseConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var connection = Open();
            return await work(new(this, connection, cancellationToken)).ConfigureAwait(false);
        }
        catch (SqliteException exception) when (!SqliteFailure.IsDefect(exception))
        {
            throw SqliteFailure.BeforeCommit(exception);
        }
    }

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(
        Func<DatabaseConnection, Task<T>> work, CancellationToken cancellationToken) =>
        Writer.RunAsync(connection =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The provider's calls complete before they return, so this waits for nothing.
            return work(new(this, connection, cancellationToken)).GetAwaiter().GetResult();
        });

    /// <inheritdoc/>
    public override string? ViolatedConstraint(DbException exception)
    {
        const int Unique = 2067;
        const int PrimaryKey = 1555;
        if (exception is not SqliteException { SqliteExtendedErrorCode: Unique or PrimaryKey } violation)
            return null;
        // SQLite tells the columns, "UNIQUE constraint failed: workspaces.slug", not the constraint's name.
        var from = violation.Message.IndexOf("failed: ", StringComparison.Ordinal) + "failed: ".Length;
        var columns = violation.Message[from..violation.Message.LastIndexOf('\'')].Split(", ");
        var table = columns[0][..columns[0].IndexOf('.', StringComparison.Ordinal)];
        return violation.SqliteExtendedErrorCode == PrimaryKey
            ? table + "_pkey"
            : $"{table}_{string.Join('_', columns.Select(column => column[(table.Length + 1)..]))}_key";
    }

    /// <inheritdoc/>
    public override bool IsRefusedValue(DbException exception) =>
        exception is SqliteException refused && SqliteFailure.IsRefusedValue(refused);

    internal override DbParameter Parameter(int place, object? value) => ToParameter(place, value);

    internal override T Read<T>(DbDataReader row, int column) =>
        typeof(T) == typeof(Guid) || typeof(T) == typeof(Guid?)
            ? (T)(object)new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true)
        : typeof(T) == typeof(DateTimeOffset) || typeof(T) == typeof(DateTimeOffset?)
            ? (T)(object)Timestamp.FromUnixMicroseconds(row.GetInt64(column))
        : row.GetFieldValue<T>(column);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        writer?.Dispose();
        writer = null;
        using (var connection = new SqliteConnection(connectionString))
            SqliteConnection.ClearPool(connection);
        lockFile?.Dispose();
        lockFile = null;
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// A value for <c>$place</c> in the column's form: ids as 16 bytes in the order they are written, times as
    /// microseconds.
    /// </summary>
    internal static SqliteParameter ToParameter(int place, object? value) => new(
        $"${place}",
        value switch
        {
            null => DBNull.Value,
            Guid id => id.ToByteArray(bigEndian: true),
            DateTimeOffset time => Timestamp.ToUnixMicroseconds(time),
            ReadOnlyMemory<byte> bytes => bytes.ToArray(),
            _ => value,
        });

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        // A commit is synced to disk before it is answered; a writer of another process (a backup, sqlite3) is waited
        // for.
        command.CommandText =
            """
            pragma journal_mode = wal;
            pragma synchronous = full;
            pragma busy_timeout = 2000;
            pragma foreign_keys = on;
            """;
        command.ExecuteNonQuery();
        return connection;
    }

    private void Lock()
    {
        // Whatever name the file goes by: on Linux the lock is on the file itself (flock, which SQLite's own locks do
        // not meet). Elsewhere they would meet, so it is on another, beside the file that symbolic links lead to.
        var locked = OperatingSystem.IsLinux()
            ? path
            : (File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) + ".lock";
        try
        {
            lockFile = new FileStream(locked, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is LockedOnLinux or LockedOnMac or LockedOnWindows)
        {
            throw new StoreException(
                StoreFailure.NotStored,
                $"{path} belongs to another running process. A SQLite file serves one node; for several, use Postgres.",
                exception);
        }
    }
}
