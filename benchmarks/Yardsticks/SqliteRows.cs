using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Presets.Benchmarks.Yardsticks;

/// <summary>
/// One version per transaction, each durable before the next one begins, into the product's own table: what SQLite does
/// for a program that does not gather its writes.
/// </summary>
internal static class SqliteRows
{
    /// <summary>The rows per second over <paramref name="duration"/>, after a tenth of it as a warm-up.</summary>
    /// <param name="schema">The file of the product's migration that creates the tables.</param>
    /// <param name="config">A file that holds the config of every row.</param>
    /// <param name="duration">How long to measure.</param>
    public static int Measure(string schema, string config, TimeSpan duration)
    {
        var folder = Directory.CreateTempSubdirectory("presets-yardstick-");
        try
        {
            var file = Path.Combine(folder.FullName, "rows.db");
            using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
            connection.Open();
            Execute(connection, "pragma journal_mode = wal; pragma synchronous = full;");
            Execute(connection, File.ReadAllText(schema));
            InsertFor(connection, File.ReadAllText(config), duration / 10);
            return (int)(InsertFor(connection, File.ReadAllText(config), duration) / duration.TotalSeconds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int InsertFor(SqliteConnection connection, string config, TimeSpan duration)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            insert into preset_versions (preset_id, version, id, creator_id, created_at, config)
            values ($preset_id, 1, $id, 'user', $created_at, $config)
            """;
        var presetId = insert.Parameters.Add("$preset_id", SqliteType.Blob);
        var id = insert.Parameters.Add("$id", SqliteType.Blob);
        var createdAt = insert.Parameters.Add("$created_at", SqliteType.Integer);
        insert.Parameters.AddWithValue("$config", config);
        insert.Prepare();

        var rows = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration; rows++)
        {
            presetId.Value = Guid.CreateVersion7().ToByteArray(bigEndian: true);
            id.Value = Guid.CreateVersion7().ToByteArray(bigEndian: true);
            createdAt.Value = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
            insert.ExecuteNonQuery(); // Outside a transaction each statement is one.
        }

        return rows;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
