using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Presets.Storage;

/// <summary>
/// Copies a SQLite file into an empty Postgres: every workspace, key, preset, version and idempotency key, as they are.
/// Before the one transaction commits, both sides are read again in the same order and compared, so a copy that fails
/// or differs leaves Postgres empty.
/// </summary>
public static class DatabaseCopy
{
    internal static readonly CopiedTable[] Tables =
    [
        new(
            "workspaces",
            "id",
            "id uuid, slug text, name text, description text, default_text_model text, default_provider_sort text, "
            + "is_default boolean, created_by text, created_at time, updated_at time"),
        new(
            "api_keys",
            "hash",
            "hash text, workspace_id uuid, user_id text, name text, label text, is_management boolean, "
            + "disabled boolean, expires_at time, created_at time, updated_at time, deleted_at time"),
        new(
            "presets",
            "id",
            "id uuid, workspace_id uuid, slug text, name text, description text, status text, creator_user_id text, "
            + "created_at time, updated_at time, status_updated_at time, latest_version integer, "
            + "designated_version integer, designated_version_id uuid, revision bigint"),
        new(
            "preset_versions",
            "preset_id, version",
            "preset_id uuid, version integer, id uuid, creator_id text, created_at time, config text, "
            + "system_prompt text, body text, revision bigint"),
        new(
            "idempotency_keys",
            "workspace_id, key",
            "workspace_id uuid, key text, fingerprint bytes, version_id uuid, created_at time"),
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
            async connection =>
            {
                await RequireEmptyAsync((NpgsqlConnection)connection, cancellationToken).ConfigureAwait(false);
                foreach (var table in Tables)
                    try
                    {
                        await CopyAsync(source, (NpgsqlConnection)connection, table, cancellationToken)
                            .ConfigureAwait(false);
                    }
                    catch (PostgresException refused) when (PostgresFailure.IsRefusedValue(refused))
                    {
                        throw new StoreException(
                            StoreFailure.NotStored,
                            $"{table.Name}: Postgres refuses a row: {refused.MessageText} ({refused.Where}). "
                            + "Nothing was copied.",
                            refused);
                    }

                var counts = new List<(string, long)>(Tables.Length);
                foreach (var table in Tables)
                {
                    var rows = await CompareAsync(source, target, connection, table, cancellationToken)
                        .ConfigureAwait(false);
                    counts.Add((table.Name, rows));
                }

                return counts;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task RequireEmptyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Reading the file may take longer than an idle transaction is left open.
        await using (var patience = new NpgsqlCommand("set local idle_in_transaction_session_timeout = 0", connection))
            await patience.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        foreach (var table in Tables)
        {
            // Nobody may write between this look and the commit.
            await using var command = new NpgsqlCommand(
                $"lock table {table.Name} in access exclusive mode; select exists (select from {table.Name})",
                connection);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
                throw new StoreException(
                    StoreFailure.NotStored,
                    $"The Postgres database is not empty: {table.Name} has rows. Nothing was copied.");
        }
    }

    private static Task<bool> CopyAsync(
        SqliteDatabase source, NpgsqlConnection target, CopiedTable table, CancellationToken cancellationToken) =>
        source.ReadAsync(
            async connection =>
            {
                await using var importer = await target.BeginBinaryImportAsync(
                    $"copy {table.Name} ({table.ColumnNames}) from stdin (format binary)", cancellationToken)
                    .ConfigureAwait(false);
                // The file may be large, and the server may have to make room for its log.
                importer.Timeout = TimeSpan.FromMinutes(10);
                await foreach (var row in RowsAsync(source, connection, table, cancellationToken).ConfigureAwait(false))
                {
                    await importer.StartRowAsync(cancellationToken).ConfigureAwait(false);
                    for (var i = 0; i < row.Length; i++)
                        if (row[i] is { } value)
                            await importer.WriteAsync(value, table.Columns[i].Type, cancellationToken)
                                .ConfigureAwait(false);
                        else
                            await importer.WriteNullAsync(cancellationToken).ConfigureAwait(false);
                }

                await importer.CompleteAsync(cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    private static async Task<long> CompareAsync(
        SqliteDatabase source,
        PostgresDatabase target,
        DbConnection copy,
        CopiedTable table,
        CancellationToken cancellationToken)
    {
        var (rows, hash) = await source.ReadAsync(
            file => DigestAsync(source, file, table, cancellationToken), cancellationToken).ConfigureAwait(false);
        var (copied, copyHash) = await DigestAsync(target, copy, table, cancellationToken).ConfigureAwait(false);
        return rows == copied && hash.AsSpan().SequenceEqual(copyHash)
            ? rows
            : throw new StoreException(
                StoreFailure.NotStored,
                $"{table.Name}: {rows} rows in the file and {copied} in Postgres do not agree. Nothing was copied.");
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

    /// <param name="Order">The columns that order its rows on both sides alike.</param>
    /// <param name="Schema">Its columns, each with the word for its type.</param>
    internal sealed record CopiedTable(string Name, string Order, string Schema)
    {
        public (string Name, NpgsqlDbType Type)[] Columns { get; } =
            [.. Schema.Split(", ").Select(column => (column.Split(' ')[0], TypeOf(column.Split(' ')[1])))];

        public string ColumnNames => string.Join(", ", Columns.Select(column => column.Name));

        private static NpgsqlDbType TypeOf(string word) => word switch
        {
            "uuid" => NpgsqlDbType.Uuid,
            "text" => NpgsqlDbType.Text,
            "boolean" => NpgsqlDbType.Boolean,
            "integer" => NpgsqlDbType.Integer,
            "bigint" => NpgsqlDbType.Bigint,
            "time" => NpgsqlDbType.TimestampTz,
            "bytes" => NpgsqlDbType.Bytea,
            _ => throw new ArgumentOutOfRangeException(nameof(word), word, "a type that is not copied"),
        };
    }
}
