using System.Collections.Concurrent;

namespace Presets.Storage;

/// <summary>
/// The list of a workspace's presets and their number, at a cost that does not grow with them
/// (<c>0003_preset_list.sql</c>): presets that have a place are read in its order from an index, and those that have
/// lost theirs by a change, which are few, are sorted in.
/// </summary>
internal sealed class PresetList(Database database)
{
    /// <summary>Its values: the workspace, the last entry's number, limit, offset.</summary>
    public const string PageSql =
        $"""
        select *
        from (
            select * from (
                select {PresetRows.PresetColumns}, p.listed_at as place
                from presets p
                where p.workspace_id = $1 and p.listed_at is not null and p.status <> 'archived'
                order by p.listed_at desc, p.id desc
                limit $2) as placed
            union all
            select {PresetRows.PresetColumns}, p.updated_at as place
            from presets p
            where p.workspace_id = $1 and p.listed_at is null and p.status <> 'archived') as p
        order by p.place desc, p.id desc
        limit $3 offset $4
        """;

    /// <summary>Its value: the workspace.</summary>
    public const string TotalSql =
        """
        select cast(coalesce(sum(c.presets), 0) as bigint)
        from preset_counts c
        where c.workspace_id = $1 and c.status <> 'archived'
        """;

    // What another node is adding up is left to it.
    private const string AddUpSql =
        """
        with parts as (
            delete from preset_counts
            where ctid = any (array(
                select c.ctid
                from preset_counts c
                where (c.workspace_id, c.status) in (
                    select workspace_id, status from preset_counts group by workspace_id, status having count(*) > 1
                )
                for update skip locked))
            returning workspace_id, status, presets
        )
        insert into preset_counts (workspace_id, status, presets)
        select workspace_id, status, sum(presets)
        from parts
        group by workspace_id, status
        having sum(presets) <> 0
        """;

    // A place is lost again with the next change, and both cost a write that touches indexes. So where nobody lists, a
    // preset gets its place only when it has not been changed for long.
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongQuietTime = TimeSpan.FromMinutes(10);

    private readonly PresetPlaces places = new(database);
    private readonly PresetModels models = new(database);
    private readonly ConcurrentDictionary<Guid, bool> listed = new();
    private DateTimeOffset? allPlacedAt;

    /// <summary>A page of the presets that are not archived, newest-updated first, ties by id.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public Task<Page<Preset>> ReadAsync(
        Guid workspaceId, long offset, int limit, CancellationToken cancellationToken)
    {
        listed.TryAdd(workspaceId, true);
        var last = Math.Min(offset, long.MaxValue - limit) + limit;
        return database.ReadAsync(
            async connection => new Page<Preset>(
                await connection.ListAsync(PageSql, PresetRows.ReadPreset, workspaceId, last, limit, offset)
                    .ConfigureAwait(false),
                await connection.FindAsync(TotalSql, row => row.Next<long>(), workspaceId).ConfigureAwait(false)),
            cancellationToken);
    }

    /// <summary>
    /// Gives places to presets that are not being changed: soon in the workspaces that were listed here since the last
    /// call, late in all. Adds up the counts, and notes models that rows do not tell.
    /// </summary>
    /// <returns>How many presets got a place.</returns>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<int> SettleAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (database.IsShared)
            await database.WriteAsync(connection => connection.ExecuteAsync(AddUpSql), cancellationToken)
                .ConfigureAwait(false);
        var placed = 0;
        foreach (var workspaceId in listed.Keys)
        {
            listed.TryRemove(workspaceId, out _);
            placed += await places.GiveAsync(workspaceId, workspaceId, now - QuietTime, cancellationToken)
                .ConfigureAwait(false);
        }

        if (allPlacedAt is { } then && now - then < LongQuietTime)
            return placed;
        var some = await places.GiveAsync(Guid.Empty, Guid.AllBitsSet, now - LongQuietTime, cancellationToken)
            .ConfigureAwait(false);
        if (await models.NoteAsync(cancellationToken).ConfigureAwait(false) && some < PresetPlaces.MostAtOnce)
            allPlacedAt = now;
        return placed + some;
    }
}
