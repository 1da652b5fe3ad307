namespace Presets.Storage;

/// <summary>
/// Gives presets their places in the list, a few at a time, so that a change of one of them waits for some milliseconds
/// at most. Whom somebody holds is left out. The revision stays, so no writer believes that another was there.
/// </summary>
internal sealed class PresetPlaces(Database database)
{
    /// <summary>How many presets get a place by one call at most.</summary>
    public const int MostAtOnce = 100 * Together;

    private const int Together = 250;

    private readonly string sql =
        $"""
        update presets
        set listed_at = updated_at
        where id in (
            select p.id
            from presets p
            where p.listed_at is null
                and (p.workspace_id, p.id) > ($1, $2)
                and p.workspace_id <= $3
                and p.updated_at < $4
            order by p.workspace_id, p.id
            limit {Together}
            {(database.IsShared ? "for no key update skip locked" : "")})
        returning workspace_id, id
        """;

    /// <summary>
    /// Gives a place to presets of the workspaces from <paramref name="first"/> to <paramref name="last"/> that were
    /// changed last before <paramref name="before"/>.
    /// </summary>
    /// <returns>How many got one.</returns>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<int> GiveAsync(
        Guid first, Guid last, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var placed = 0;
        for (var after = (first, Guid.Empty); placed < MostAtOnce;)
        {
            var batch = await database.WriteAsync(
                connection => connection.ListAsync(
                    sql, row => (row.Next<Guid>(), row.Next<Guid>()), after.Item1, after.Item2, last, before),
                cancellationToken).ConfigureAwait(false);
            placed += batch.Count;
            if (batch.Count < Together)
                break;
            after = batch.Max();
        }

        return placed;
    }
}
