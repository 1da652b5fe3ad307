namespace Presets.Storage;

/// <summary>
/// Removes what is left of purged presets, and of imports that did not end (<c>preset_purges</c>): versions, history
/// and counts of use, a few rows a statement, so that no lock is held for long. Whoever is stopped half way leaves the
/// rest to the next call.
/// </summary>
internal sealed class PurgedRows(Database database, TimeProvider clock)
{
    /// <summary>How many rows a statement removes at most.</summary>
    public const int Together = 2000;

    // Each with the column that numbers the rows of a preset.
    private static readonly (string Table, string Number)[] Tables =
        [("preset_versions", "version"), ("preset_changes", "revision")];

    /// <summary>Removes them.</summary>
    /// <returns>How many presets it finished.</returns>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        var now = Timestamp.Now(clock);
        var isOverdue = await database.ReadAsync(
            connection => connection.FindAsync("select 1 from preset_purges where due_at <= $1", _ => true, now),
            cancellationToken).ConfigureAwait(false);
        // Once this is committed, an import that took too long can no longer end.
        if (isOverdue)
            await ExecuteAsync("update preset_purges set due_at = null where due_at <= $1", now).ConfigureAwait(false);
        var presets = await database.ReadAsync(
            connection => connection.ListAsync(
                "select preset_id from preset_purges where due_at is null order by preset_id",
                row => row.Next<Guid>()),
            cancellationToken).ConfigureAwait(false);
        foreach (var presetId in presets)
        {
            foreach (var (table, number) in Tables)
                await RemoveAsync(presetId, table, number, cancellationToken).ConfigureAwait(false);
            int removed;
            do
                removed = await UsageRows.RemoveAsync(database, "preset_id = $1", presetId, cancellationToken)
                    .ConfigureAwait(false);
            while (removed == UsageRows.Together);
            await ExecuteAsync("delete from preset_purges where preset_id = $1", presetId).ConfigureAwait(false);
        }

        return presets.Count;

        Task<int> ExecuteAsync(string sql, params object?[] values) =>
            database.WriteAsync(connection => connection.ExecuteAsync(sql, values), cancellationToken);
    }

    // Nobody adds rows: writers hold the preset's own row, which is gone.
    private async Task RemoveAsync(Guid presetId, string table, string number, CancellationToken cancellationToken)
    {
        for (long? next = 0; next is not null;)
        {
            // The numbers of imported changes may be far apart. Asking for the least number that is left would read
            // over all that was removed before.
            var end = await database.ReadAsync(
                connection => connection.FindAsync(
                    $"""
                    select {number}
                    from {table}
                    where preset_id = $1 and {number} >= $2
                    order by {number}
                    limit 1 offset {Together}
                    """,
                    row => row.Next<long?>(),
                    presetId, next),
                cancellationToken).ConfigureAwait(false);
            await database.WriteAsync(
                connection => connection.ExecuteAsync(
                    $"delete from {table} where preset_id = $1 and {number} >= $2 and {number} < $3",
                    presetId, next, end ?? long.MaxValue),
                cancellationToken).ConfigureAwait(false);
            next = end;
        }
    }
}
