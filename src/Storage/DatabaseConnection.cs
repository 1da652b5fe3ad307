using System.Data.Common;

namespace Presets.Storage;

/// <summary>
/// A connection to either engine, for statements that run one after the other. A statement names its values
/// <c>$1</c>, <c>$2</c> in the order in which they are given; null becomes NULL.
/// </summary>
/// <param name="cancellationToken">Ends a statement that is running.</param>
public sealed class DatabaseConnection(
    Database database, DbConnection connection, CancellationToken cancellationToken)
{
    /// <summary>The provider's own connection.</summary>
    public DbConnection Inner => connection;

    /// <summary>The most seconds that a statement may take, 0 for any time; null for the connection's own.</summary>
    public int? CommandTimeout { get; set; }

    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, params object?[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs statements in their order; in one round trip where there is one.</summary>
    public async Task ExecuteAllAsync(IReadOnlyCollection<(string Sql, object?[] Values)> statements)
    {
        if (statements.Count == 0)
            return;
        if (!connection.CanCreateBatch)
        {
            foreach (var (sql, values) in statements)
                await ExecuteAsync(sql, values).ConfigureAwait(false);
            return;
        }

        await using var batch = connection.CreateBatch();
        batch.Timeout = CommandTimeout ?? batch.Timeout;
        foreach (var (sql, values) in statements)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
                command.Parameters.Add(database.Parameter(i + 1, values[i]));
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What <paramref name="read"/> makes of the first row; the default without one.</summary>
    public Task<T?> FindAsync<T>(string sql, Func<Row, T> read, params object?[] values) =>
        QueryAsync(sql, read, values).FirstOrDefaultAsync(cancellationToken).AsTask();

    /// <summary>What <paramref name="read"/> makes of each row.</summary>
    public Task<List<T>> ListAsync<T>(string sql, Func<Row, T> read, params object?[] values) =>
        QueryAsync(sql, read, values).ToListAsync(cancellationToken).AsTask();

    /// <summary>What <paramref name="read"/> makes of each row, as the rows arrive.</summary>
    public async IAsyncEnumerable<T> QueryAsync<T>(string sql, Func<Row, T> read, params object?[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return read(new Row(database, reader));
    }

    private DbCommand Command(string sql, object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = CommandTimeout ?? command.CommandTimeout;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.Add(database.Parameter(i + 1, values[i]));
        return command;
    }
}
