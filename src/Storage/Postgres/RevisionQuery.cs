using Npgsql;
using NpgsqlTypes;

namespace Presets.Storage;

/// <summary>
/// Asks Postgres for the revisions of presets. Questions that arrive while one is under way leave together in the next,
/// so that many presets in memory can be confirmed every second at the cost of a few round trips.
/// </summary>
internal sealed class RevisionQuery(PostgresDatabase database, TimeProvider clock)
{
    private const int MostTogether = 256;

    private const string Sql =
        """
        select a.no, p.id, p.revision
        from unnest(@workspace_ids, @slugs) with ordinality as a(workspace_id, slug, no)
        cross join lateral (
            select id, revision from presets where workspace_id = a.workspace_id and slug = a.slug offset 0
        ) as p
        """;

    private readonly BatchQueue<Question> queue = new(MostTogether, int.MaxValue, clock);

    /// <summary>The preset's id and revision; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public Task<(Guid Id, long Revision)?> AskAsync(PresetName name)
    {
        var question = new Question(name, clock.GetTimestamp());
        // Readers that are ready to run go first and join this query.
        if (queue.Add(question))
            ThreadPool.UnsafeQueueUserWorkItem(static query => _ = query.DrainAsync(), this, preferLocal: false);
        return question.Task;
    }

    private async Task DrainAsync()
    {
        while (queue.Take() is { } batch)
            try
            {
                await AskAsync(batch).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                var failure = exception is NpgsqlException npgsql && !PostgresFailure.IsDefect(npgsql)
                    ? PostgresFailure.BeforeCommit(npgsql)
                    : exception;
                foreach (var question in batch)
                    question.TrySetException(failure);
            }
    }

    private async Task AskAsync(List<Question> batch)
    {
        var answers = new (Guid, long)?[batch.Count];
        await using (var connection = await database.GroupSource.OpenConnectionAsync().ConfigureAwait(false))
        {
            await using var command = new NpgsqlCommand(Sql, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid[]>("workspace_ids", NpgsqlDbType.Array | NpgsqlDbType.Uuid)
                    {
                        TypedValue = [.. batch.Select(question => question.Name.WorkspaceId)],
                    },
                    new NpgsqlParameter<string[]>("slugs", NpgsqlDbType.Array | NpgsqlDbType.Text)
                    {
                        TypedValue = [.. batch.Select(question => question.Name.Slug)],
                    },
                },
            };
            await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
            while (await row.ReadAsync().ConfigureAwait(false))
                answers[row.GetInt64(0) - 1] = (row.GetGuid(1), row.GetInt64(2));
        }

        for (var i = 0; i < answers.Length; i++)
            batch[i].TrySetResult(answers[i]);
    }

    private sealed class Question(PresetName name, long arrivedAt)
        : TaskCompletionSource<(Guid Id, long Revision)?>(TaskCreationOptions.RunContinuationsAsynchronously), IWaiting
    {
        public PresetName Name => name;

        public long ArrivedAt => arrivedAt;

        public int Rows => 1;

        public int Bytes => 0;

        public bool IsCancelled => false;

        public void GiveUp() =>
            TrySetException(
                new StoreException(
                    StoreFailure.NotStored, "Postgres answers too slowly: the query was not sent in time."));
    }
}
