using Npgsql;

namespace Presets.Storage;

/// <summary>
/// Commits the changes of one preset in a transaction of its own, which waits for whoever holds the preset: the way of
/// a commit that found its preset held, or that a group could not carry out.
/// </summary>
internal sealed class LockedCommit(PostgresDatabase database, FactsQuery facts)
{
    private const int MostAttempts = 5;

    /// <summary>Commits; a change with a value that the database refuses is refused alone.</summary>
    /// <param name="lockTimeout">How long it may wait for each lock.</param>
    /// <exception cref="StoreException">The database did not answer, or a lock was not to be had in time.</exception>
    public async Task<CommitResult> RunAsync(CommitRequest request, TimeSpan lockTimeout)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                var result = await PostgresDatabase.WriteAsync(
                    database.WaitingSource,
                    connection => RunAsync(connection, request, lockTimeout),
                    CancellationToken.None).ConfigureAwait(false);
                if (result is not null)
                    return result;
                if (attempt == MostAttempts)
                    throw new StoreException(
                        StoreFailure.NotStored, "The preset was made and removed meanwhile, again and again.");
            }
            catch (PostgresException conflict) when (PostgresFailure.IsOvertaken(conflict) && attempt < MostAttempts)
            {
                // Another commit has just stored the same change, or used one of the idempotency keys: the next attempt
                // sees it.
            }
            catch (PostgresException refused) when (PostgresFailure.IsRefusedValue(refused))
            {
                return await PresetStore.OneByOneAsync(request, refused, single => RunAsync(single, lockTimeout))
                    .ConfigureAwait(false);
            }
    }

    /// <summary>Null when somebody else made the preset meanwhile; nothing was written then.</summary>
    private async Task<CommitResult?> RunAsync(NpgsqlConnection connection, CommitRequest request, TimeSpan lockTimeout)
    {
        await using (var hold = new NpgsqlCommand(
            """
            select set_config('lock_timeout', @lock_timeout, true);
            select from presets p where p.workspace_id = @workspace_id and p.slug = @slug for no key update
            """,
            connection))
        {
            hold.Parameters.AddWithValue("lock_timeout", $"{(int)lockTimeout.TotalMilliseconds}ms");
            hold.Parameters.AddWithValue("workspace_id", request.Name.WorkspaceId);
            hold.Parameters.AddWithValue("slug", request.Name.Slug);
            await hold.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        var commit = new PendingCommit(request);
        await facts.PlanAsync(connection, [commit]).ConfigureAwait(false);
        if (commit.Task.IsFaulted)
            await commit.Task.ConfigureAwait(false);
        var plan = commit.Plan!;
        if (!plan.IsComplete)
            return null;
        if (plan.Removes)
        {
            var removal = new DatabaseConnection(database, connection, CancellationToken.None);
            foreach (var (sql, values) in PlanRows.Of(plan))
                await removal.ExecuteAsync(sql, values).ConfigureAwait(false);
        }
        else if (plan.Writes && !(await GroupStatement.RunAsync(connection, [plan]).ConfigureAwait(false))[0])
            return null;
        return plan.Result;
    }
}
