using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Presets.Storage;

/// <summary>
/// Copies a SQLite file into an empty Postgres: every workspace, key, preset, version and idempotency key, as they are.
/// Before the one transaction commits, both sides are read again in the same order and compared, so a copy that fails
/// or differs leaves Postgres empty.
/// </summary>
public static class DatabaseCopy
{
    /// <summary>Each table, with the columns that order its rows on both sides alike.</summary>
    internal static readonly (string Name, string Order)[] Tables =
    [
        ("workspaces", "id"),
        ("api_keys", "hash"),
        ("presets", "id"),
        ("preset_versions", "preset_id, version"),
        ("preset_changes", "id"),
        ("preset_purges", "preset_id"),
        ("preset_usage", "preset_id, day, version"),
        ("idempotency_keys", "workspace_id, key"),
    ];

    /// <summary>Copies, and compares.</summary>
    /// <returns>The rows of each table, in the order they were copied.</returns>
    /// <exception cref="StoreException">
    /// The target is not empty, one of the databases cannot be used, or the comparison found a difference. Nothing was
    /// stored.
    /// </exception>
    public static async Task<IReadOnlyList<(string Table, long Rows)>> RunAsync(
        SqliteDatabase source, PostgresDatabase target, CancellationToken cancellationToken)
    {
        await source.StartAsync(alone: true, cancellationToken).ConfigureAwait(false);
        await target.StartAsync(alone: true, cancellationToken).ConfigureAwait(false);
        return await target.WriteAsync(
            to => source.ReadAsync(from => CopyAsync(from, to, cancellationToken), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<(string, long)>> CopyAsync(
        DatabaseConnection source, DatabaseConnection target, CancellationToken cancellationToken)
    {
        // Reading the file may take longer than an idle transaction is left open.
        await target.ExecuteAsync("set local idle_in_transaction_session_timeout = 0").ConfigureAwait(false);
        foreach (var (table, _) in Tables)
        {
            // Nobody may write between this look and the commit.
            await target.ExecuteAsync($"lock table {table} in access exclusive mode").ConfigureAwait(false);
            if (await target.FindAsync($"select true from {table} limit 1", _ => true).ConfigureAwait(false))
                throw new StoreException(
                    StoreFailure.NotStored,
                    $"The Postgres database is not empty: {table} has rows. Nothing was copied.");
        }

        source.CommandTimeout = target.CommandTimeout = 0;
        var copied = new List<CopiedTable>(Tables.Length);
        foreach (var (name, order) in Tables)
            try
            {
                var table = await CopiedTable.OfAsync((NpgsqlConnection)target.Inner, name, order, cancellationToken)
                    .ConfigureAwait(false);
                await CopyAsync(source, (NpgsqlConnection)target.Inner, table, cancellationToken).ConfigureAwait(false);
                copied.Add(table);
            }
            catch (PostgresException refused) when (PostgresFailure.IsRefusedValue(refused))
            {
                throw new StoreException(
                    StoreFailure.NotStored,
                    $"{name}: Postgres refuses a row: {refused.MessageText} ({refused.Where}). Nothing was copied.",
                    refused);
            }

        await target.ExecuteAsync(
            """
            delete from preset_counts;
            insert into preset_counts (workspace_id, status, presets)
            select workspace_id, status, count(*) from presets group by workspace_id, status
            """).ConfigureAwait(false);
        var counts = new List<(string, long)>(copied.Count);
        foreach (var table in copied)
        {
            var (rows, hash) = await DigestAsync(source, table).ConfigureAwait(false);
            var (arrived, arrivedHash) = await DigestAsync(target, table).ConfigureAwait(false);
            if (rows != arrived || !hash.AsSpan().SequenceEqual(arrivedHash))
                throw new StoreException(
                    StoreFailure.NotStored,
                    $"{table.Name}: {rows} rows in the file and {arrived} in Postgres do not agree. "
                    + "Nothing was copied.");
            counts.Add((table.Name, rows));
        }

        return counts;
    }

    private static async Task CopyAsync(
        DatabaseConnection source, NpgsqlConnection target, CopiedTable table, CancellationToken cancellationToken)
    {
        await using var importer = await target.BeginBinaryImportAsync(
            $"copy {table.Name} ({table.ColumnNames}) from stdin (format binary)", cancellationToken)
            .ConfigureAwait(false);
        // The server may have to make room for its log.
        importer.Timeout = TimeSpan.FromMinutes(10);
        await foreach (var row in table.RowsAsync(source).ConfigureAwait(false))
            await importer.WriteRowAsync(cancellationToken, row).ConfigureAwait(false);
        await importer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<(long Rows, byte[] Hash)> DigestAsync(DatabaseConnection connection, CopiedTable table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rows = 0L;
        await foreach (var row in table.RowsAsync(connection).ConfigureAwait(false))
        {
            rows++;
            foreach (var value in row)
            {
                var bytes = value switch
                {
                    null => [],
                    byte[] raw => raw,
                    DateTimeOffset time => BitConverter.GetBytes(time.UtcTicks),
                    _ => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!),
                };
                // The length, so that no two rows read alike; -1 for null.
                hash.AppendData(BitConverter.GetBytes(value is null ? -1 : bytes.Length));
                hash.AppendData(bytes);
            }
        }

        return (rows, hash.GetHashAndReset());
    }

    /// <param name="Columns">Its columns, with the type in which Npgsql reads each.</param>
    private sealed record CopiedTable(string Name, string Order, (string Name, Type Type)[] Columns)
    {
        public string ColumnNames => string.Join(", ", Columns.Select(column => column.Name));

        public static async Task<CopiedTable> OfAsync(
            NpgsqlConnection connection, string name, string order, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand($"select * from {name} limit 0", connection);
            await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            var columns = Enumerable.Range(0, row.FieldCount).Select(i => (row.GetName(i), row.GetFieldType(i)));
            return new CopiedTable(name, order, [.. columns]);
        }

        public IAsyncEnumerable<object?[]> RowsAsync(DatabaseConnection connection) =>
            connection.QueryAsync(
                $"select {ColumnNames} from {Name} order by {Order}",
                row => Array.ConvertAll(Columns, column => Next(row, column.Type)));

        private static object? Next(Row row, Type type) =>
            type == typeof(Guid) ? row.Next<Guid?>()
            : type == typeof(DateTime) ? row.Next<DateTimeOffset?>()
            : type == typeof(DateOnly) ? row.Next<DateOnly?>()
            : type == typeof(bool) ? row.Next<bool?>()
            : type == typeof(int) ? row.Next<int?>()
            : type == typeof(long) ? row.Next<long?>()
            : type == typeof(byte[]) ? row.Next<byte[]?>()
            : row.Next<string?>();
    }
}
