using Microsoft.Data.Sqlite;

namespace Presets.Storage;

/// <summary>
/// The one thread that writes to a SQLite file. Work that waits at the same moment shares a transaction, and so a sync
/// of the disk; a savepoint around each piece lets one fail alone.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int BatchSize = 64;

    private readonly BatchQueue<Work> queue;
    private readonly SemaphoreSlim wake = new(0);
    private readonly SqliteConnection connection;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, SqliteCommand> commands = [];
    private readonly Thread thread;
    private bool closed;

    public SqliteWriter(SqliteConnection connection, TimeProvider clock)
    {
        this.connection = connection;
        this.clock = clock;
        queue = new BatchQueue<Work>(BatchSize, int.MaxValue, clock);
        thread = new Thread(Run) { Name = "SQLite writer", IsBackground = true };
        thread.Start();
    }

    /// <summary>
    /// Runs <paramref name="work"/> on the writer's thread, inside a transaction; completes when it is committed.
    /// </summary>
    /// <param name="arrivedAt">When the request arrived; null: now.</param>
    /// <exception cref="StoreException">
    ///  SQLite failed; <see cref="StoreException.Kind"/> says what is known of the outcome.
    /// </exception>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work, long? arrivedAt = null)
    {
        if (Volatile.Read(ref closed))
            throw new StoreException(StoreFailure.NotStored, "The SQLite database is closed.");
        var item = new Work<T>(work, arrivedAt ?? clock.GetTimestamp());
        if (queue.Add(item))
            wake.Release();
        return item.Task;
    }

    /// <summary>
    /// The prepared command of <paramref name="sql"/> with its values <c>$1</c>, <c>$2</c> ...; for the writer's thread
    /// only.
    /// </summary>
    public SqliteCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = commands[sql] = connection.CreateCommand();
            command.CommandText = sql;
        }

        command.Parameters.Clear();
        for (var i = 0; i < values.Length; i++)
            command.Parameters.Add(SqliteDatabase.ToParameter(i + 1, values[i]));
        return command;
    }

    /// <summary>Runs a statement; for the writer's thread only.</summary>
    public void Execute(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    /// <summary>Lets what is queued finish, then closes the connection.</summary>
    public void Dispose()
    {
        Volatile.Write(ref closed, true);
        wake.Release();
        thread.Join();
        foreach (var command in commands.Values)
            command.Dispose();
        connection.Dispose();
        wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            wake.Wait();
            while (queue.Take() is { } batch)
                Commit(batch);
            if (Volatile.Read(ref closed))
                return;
        }
    }

    private void Commit(List<Work> batch)
    {
        var startedAt = clock.GetTimestamp();
        var committing = false;
        try
        {
            Execute("begin immediate");
            foreach (var work in batch)
            {
                Execute("savepoint work");
                if (!work.TryRun(connection))
                    Execute("rollback to work");
                Execute("release work");
            }

            committing = true;
            Execute("commit");
        }
        catch (Exception exception)
        {
            var failure = exception is SqliteException sqlite
                ? committing ? SqliteFailure.During(sqlite) : SqliteFailure.BeforeCommit(sqlite)
                : exception;
            Rollback(ref failure);
            // A damaged page fails its transaction, so each gets one of its own: the others need other pages.
            if (batch.Count > 1 && failure is StoreException { InnerException: SqliteException damage }
                && SqliteFailure.IsCorrupt(damage))
                batch.ForEach(work => Commit([work]));
            else
                batch.ForEach(work => work.Fail(failure));
            return;
        }

        CommitMetrics.Committed(batch.Count, clock.GetElapsedTime(startedAt));
        foreach (var work in batch)
            work.Complete();
    }

    /// <summary>SQLite rolls back by itself after some errors; then there is nothing left to do.</summary>
    private void Rollback(ref Exception failure)
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) != 0)
            return;
        try
        {
            Execute("rollback");
        }
        catch (SqliteException exception)
        {
            failure = SqliteFailure.During(exception);
        }
    }

    private abstract class Work(long arrivedAt) : IWaiting
    {
        public long ArrivedAt => arrivedAt;

        public int Rows => 1;

        public int Bytes => 0;

        public bool IsCancelled => false;

        // Another process may hold the file.
        public void GiveUp() =>
            Fail(new StoreException(
                StoreFailure.NotStored, "SQLite answers too slowly: its turn did not come in time."));

        /// <summary>False when the work threw: its changes have to be undone.</summary>
        public abstract bool TryRun(SqliteConnection connection);

        /// <summary>The transaction is committed.</summary>
        public abstract void Complete();

        /// <summary>The transaction is lost.</summary>
        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqliteConnection, T> run, long arrivedAt) : Work(arrivedAt)
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;
        private Exception? exception;

        public Task<T> Task => completion.Task;

        public override bool TryRun(SqliteConnection connection)
        {
            try
            {
                exception = null;
                result = run(connection);
                return true;
            }
            catch (SqliteException failure) when (!SqliteFailure.IsDefect(failure))
            {
                // The disk or the file, not this piece of work: the whole transaction is in question.
                throw;
            }
            catch (Exception failure)
            {
                exception = failure;
                return false;
            }
        }

        public override void Complete()
        {
            if (exception is OperationCanceledException cancelled)
                completion.TrySetCanceled(cancelled.CancellationToken);
            else if (exception is not null)
                completion.TrySetException(exception);
            else
                completion.TrySetResult(result!);
        }

        public override void Fail(Exception failure) => completion.TrySetException(failure);
    }
}
