using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace Presets.Storage;

/// <summary>
/// Asks Postgres for the revisions of presets. Questions that arrive while one is under way leave together in the next, so that many presets in memory
/// can be confirmed every second at the cost of a few round trips.
/// </summary>
internal sealed class RevisionQuery(PostgresDatabase database)
{
    private const int MostTogether = 256;

    // A query that hangs ends at its timeout; what waits behind it must not hang as long again, and again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private const string Sql =
        """
        select a.no, p.id, p.revision
        from unnest(@workspace_ids, @slugs) with ordinality as a(workspace_id, slug, no)
        cross join lateral (
            select id, revision from presets where workspace_id = a.workspace_id and slug = a.slug offset 0
        ) as p
        """;

    private readonly Lock gate = new();
    private readonly Queue<Question> queue = new();
    private bool asking;

    /// <summary>The preset's id and revision; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public Task<(Guid Id, long Revision)?> AskAsync(PresetName key)
    {
        var question = new Question(key);
        lock (gate)
        {
            queue.Enqueue(question);
            if (asking)
                return question.Task;
            asking = true;
        }

        // Readers that are ready to run go first and join this query.
        ThreadPool.UnsafeQueueUserWorkItem(static query => _ = query.DrainAsync(), this, preferLocal: false);
        return question.Task;
    }

    private async Task DrainAsync()
    {
        while (Take() is { } batch)
            try
            {
                await AskAsync(batch).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                var failure = exception is NpgsqlException npgsql && !PostgresFailure.IsDefect(npgsql) ? PostgresFailure.BeforeCommit(npgsql) : exception;
                foreach (var question in batch)
                    question.TrySetException(failure);
            }
    }

    private List<Question>? Take()
    {
        lock (gate)
        {
            while (queue.TryPeek(out var oldest) && oldest.Waited > LongestWait)
                queue.Dequeue().TrySetException(
                    new StoreException(StoreFailure.NotStored, "Postgres answers too slowly: the query was not sent in time."));
            if (queue.Count == 0)
            {
                asking = false;
                return null;
            }

            var batch = new List<Question>(Math.Min(queue.Count, MostTogether));
            while (batch.Count < MostTogether && queue.TryDequeue(out var question))
                batch.Add(question);
            return batch;
        }
    }

    private async Task AskAsync(List<Question> batch)
    {
        var answers = new (Guid, long)?[batch.Count];
        await using (var connection = await database.AppendSource.OpenConnectionAsync().ConfigureAwait(false))
        {
            await using var command = new NpgsqlCommand(Sql, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid[]>("workspace_ids", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { TypedValue = [.. batch.Select(question => question.Key.WorkspaceId)] },
                    new NpgsqlParameter<string[]>("slugs", NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = [.. batch.Select(question => question.Key.Slug)] },
                },
            };
            await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
            while (await row.ReadAsync().ConfigureAwait(false))
                answers[row.GetInt64(0) - 1] = (row.GetGuid(1), row.GetInt64(2));
        }

        for (var i = 0; i < answers.Length; i++)
            batch[i].TrySetResult(answers[i]);
    }

    private sealed class Question(PresetName key)
        : TaskCompletionSource<(Guid Id, long Revision)?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private readonly long arrivedAt = Stopwatch.GetTimestamp();

        public PresetName Key => key;

        /// <summary>How long it has waited for its turn.</summary>
        public TimeSpan Waited => Stopwatch.GetElapsedTime(arrivedAt);
    }
}
