using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Presets.Storage;

/// <summary>
/// Copies a SQLite file into an empty Postgres: every workspace, key, preset, version and idempotency key, as they are. Before the one transaction
/// commits, both sides are read again in the same order and compared, so a copy that fails or differs leaves Postgres empty.
/// </summary>
public static class DatabaseCopy
{
    internal static readonly CopiedTable[] Tables =
    [
        new("workspaces", "id", [
            ("id", NpgsqlDbType.Uuid), ("slug", NpgsqlDbType.Text), ("name", NpgsqlDbType.Text), ("description", NpgsqlDbType.Text),
            ("default_text_model", NpgsqlDbType.Text), ("default_provider_sort", NpgsqlDbType.Text), ("is_default", NpgsqlDbType.Boolean),
            ("created_by", NpgsqlDbType.Text), ("created_at", NpgsqlDbType.TimestampTz), ("updated_at", NpgsqlDbType.TimestampTz)]),
        new("api_keys", "hash", [
            ("hash", NpgsqlDbType.Text), ("workspace_id", NpgsqlDbType.Uuid), ("user_id", NpgsqlDbType.Text), ("name", NpgsqlDbType.Text),
            ("label", NpgsqlDbType.Text), ("is_management", NpgsqlDbType.Boolean), ("disabled", NpgsqlDbType.Boolean),
            ("expires_at", NpgsqlDbType.TimestampTz), ("created_at", NpgsqlDbType.TimestampTz), ("updated_at", NpgsqlDbType.TimestampTz),
            ("deleted_at", NpgsqlDbType.TimestampTz)]),
        new("presets", "id", [
            ("id", NpgsqlDbType.Uuid), ("workspace_id", NpgsqlDbType.Uuid), ("slug", NpgsqlDbType.Text), ("name", NpgsqlDbType.Text),
            ("description", NpgsqlDbType.Text), ("status", NpgsqlDbType.Text), ("creator_user_id", NpgsqlDbType.Text),
            ("created_at", NpgsqlDbType.TimestampTz), ("updated_at", NpgsqlDbType.TimestampTz), ("status_updated_at", NpgsqlDbType.TimestampTz),
            ("latest_version", NpgsqlDbType.Integer), ("designated_version", NpgsqlDbType.Integer), ("designated_version_id", NpgsqlDbType.Uuid),
            ("revision", NpgsqlDbType.Bigint)]),
        new("preset_versions", "preset_id, version", [
            ("preset_id", NpgsqlDbType.Uuid), ("version", NpgsqlDbType.Integer), ("id", NpgsqlDbType.Uuid), ("creator_id", NpgsqlDbType.Text),
            ("created_at", NpgsqlDbType.TimestampTz), ("config", NpgsqlDbType.Text), ("system_prompt", NpgsqlDbType.Text)]),
        new("idempotency_keys", "workspace_id, key", [
            ("workspace_id", NpgsqlDbType.Uuid), ("key", NpgsqlDbType.Text), ("fingerprint", NpgsqlDbType.Bytea),
            ("version_id", NpgsqlDbType.Uuid), ("created_at", NpgsqlDbType.TimestampTz)]),
    ];

    /// <summary>Copies, and compares.</summary>
    /// <returns>The rows of each table, in the order they were copied.</returns>
    /// <exception cref="StoreException">The target is not empty, one of the databases cannot be used, or the comparison found a difference. Nothing was stored.</exception>
    public static async Task<IReadOnlyList<(string Table, long Rows)>> RunAsync(
        SqliteDatabase source, PostgresDatabase target, CancellationToken cancellationToken)
    {
        await source.StartAsync(alone: true, cancellationToken).ConfigureAwait(false);
        await target.StartAsync(alone: true, cancellationToken).ConfigureAwait(false);
        return await target.WriteAsync(
            async connection =>
            {
                await RequireEmptyAsync((NpgsqlConnection)connection, cancellationToken).ConfigureAwait(false);
                foreach (var table in Tables)
                    try
                    {
                        await CopyAsync(source, (NpgsqlConnection)connection, table, cancellationToken).ConfigureAwait(false);
                    }
                    catch (PostgresException refused) when (PostgresFailure.IsRefusedValue(refused))
                    {
                        throw new StoreException(
                            StoreFailure.NotStored, $"{table.Name}: Postgres refuses a row: {refused.MessageText} ({refused.Where}). Nothing was copied.", refused);
                    }

                var counts = new List<(string, long)>(Tables.Length);
                foreach (var table in Tables)
                    counts.Add((table.Name, await CompareAsync(source, target, connection, table, cancellationToken).ConfigureAwait(false)));
                return counts;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task RequireEmptyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var table in Tables)
        {
            // Nobody may write between this look and the commit.
            await using var command = new NpgsqlCommand(
                $"lock table {table.Name} in access exclusive mode; select exists (select from {table.Name})", connection);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
                throw new StoreException(StoreFailure.NotStored, $"The Postgres database is not empty: {table.Name} has rows. Nothing was copied.");
        }
    }

    private static Task<bool> CopyAsync(
        SqliteDatabase source, NpgsqlConnection target, CopiedTable table, CancellationToken cancellationToken) =>
        source.ReadAsync(
            async connection =>
            {
                await using var importer = await target.BeginBinaryImportAsync(
                    $"copy {table.Name} ({table.ColumnNames}) from stdin (format binary)", cancellationToken).ConfigureAwait(false);
                // The file may be large, and the server may have to make room for its log.
                importer.Timeout = TimeSpan.FromMinutes(10);
                await foreach (var row in RowsAsync(source, connection, table, cancellationToken).ConfigureAwait(false))
                {
                    await importer.StartRowAsync(cancellationToken).ConfigureAwait(false);
                    for (var i = 0; i < row.Length; i++)
                        if (row[i] is { } value)
                            await importer.WriteAsync(value, table.Columns[i].Type, cancellationToken).ConfigureAwait(false);
                        else
                            await importer.WriteNullAsync(cancellationToken).ConfigureAwait(false);
                }

                await importer.CompleteAsync(cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    private static async Task<long> CompareAsync(
        SqliteDatabase source, PostgresDatabase target, DbConnection copy, CopiedTable table, CancellationToken cancellationToken)
    {
        var (rows, hash) = await source.ReadAsync(file => DigestAsync(source, file, table, cancellationToken), cancellationToken).ConfigureAwait(false);
        var (copied, copyHash) = await DigestAsync(target, copy, table, cancellationToken).ConfigureAwait(false);
        return rows == copied && hash.AsSpan().SequenceEqual(copyHash)
            ? rows
            : throw new StoreException(
                StoreFailure.NotStored, $"{table.Name}: {rows} rows in the file and {copied} in Postgres do not agree. Nothing was copied.");
    }

    private static async Task<(long Rows, byte[] Hash)> DigestAsync(
        Database database, DbConnection connection, CopiedTable table, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rows = 0L;
        await foreach (var row in RowsAsync(database, connection, table, cancellationToken).ConfigureAwait(false))
        {
            rows++;
            foreach (var value in row)
                Append(hash, value);
        }

        return (rows, hash.GetHashAndReset());
    }

    private static async IAsyncEnumerable<object?[]> RowsAsync(
        Database database,
        DbConnection connection,
        CopiedTable table,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"select {table.ColumnNames} from {table.Name} order by {table.Order}";
        command.CommandTimeout = 0;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var row = new object?[table.Columns.Length];
            for (var i = 0; i < row.Length; i++)
                row[i] = rows.IsDBNull(i) ? null : Read(database, rows, i, table.Columns[i].Type);
            yield return row;
        }
    }

    private static object Read(Database database, DbDataReader row, int column, NpgsqlDbType type) =>
        type switch
        {
            NpgsqlDbType.Uuid => database.ReadGuid(row, column),
            NpgsqlDbType.TimestampTz => database.ReadTime(row, column),
            NpgsqlDbType.Boolean => database.ReadBool(row, column),
            NpgsqlDbType.Integer => row.GetInt32(column),
            NpgsqlDbType.Bigint => row.GetInt64(column),
            NpgsqlDbType.Bytea => row.GetFieldValue<byte[]>(column),
            _ => row.GetString(column),
        };

    private static void Append(IncrementalHash hash, object? value)
    {
        var bytes = value switch
        {
            null => [],
            byte[] raw => raw,
            Guid id => id.ToByteArray(),
            DateTimeOffset time => BitConverter.GetBytes(time.UtcTicks),
            bool truth => [truth ? (byte)1 : (byte)0],
            int number => BitConverter.GetBytes((long)number),
            long number => BitConverter.GetBytes(number),
            _ => Encoding.UTF8.GetBytes((string)value),
        };
        // The length, so that no two rows read alike; -1 for null.
        hash.AppendData(BitConverter.GetBytes(value is null ? -1 : bytes.Length));
        hash.AppendData(bytes);
    }

    internal sealed record CopiedTable(string Name, string Order, (string Name, NpgsqlDbType Type)[] Columns)
    {
        public string ColumnNames { get; } = string.Join(", ", Columns.Select(column => column.Name));
    }
}
