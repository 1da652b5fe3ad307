namespace Presets.Storage;

/// <summary>
/// The history of a workspace. No index has all its records in their order, since each create would pay for it. But the
/// newest records are those of the presets that were changed last, and these an index has. So a page walks down the
/// versions of as many presets as it needs records, none further than the oldest of the changes that these were found
/// by.
/// </summary>
internal sealed class WorkspaceHistory(Database database)
{
    // What an imported preset brought along did not happen here.
    private const string Heads =
        """
        select p.id, p.slug, p.latest_version, p.updated_at, coalesce(p.imported_revision, 0) as imported
        from presets p
        where p.workspace_id = $1 and p.revision > coalesce(p.imported_revision, 0)
        """;

    private const string LatestHeads =
        $"""
        select *
        from (
            select * from (
                {Heads} and p.listed_at >= $2 and p.status <> 'archived'
                order by p.listed_at desc, p.id desc
                limit $3) as placed
            union all
            select * from (
                {Heads} and p.listed_at >= $2 and p.status = 'archived'
                order by p.listed_at desc, p.id desc
                limit $3) as archived
            union all
            {Heads} and p.listed_at is null and p.updated_at >= $2) as h
        order by h.updated_at desc, h.id desc
        limit $3
        """;

    private const string LatestVersions =
        $"""
        select h.slug, h.id as preset_id, h.imported, 1 as depth, {HistoryRows.VersionColumns}
        from heads h
        join preset_versions v on v.preset_id = h.id and v.version = h.latest_version
        where v.created_at >= $2 and coalesce(v.revision, v.version) > h.imported
        union all
        select n.slug, n.preset_id, n.imported, n.depth + 1, {HistoryRows.VersionColumns}
        from versions n
        join preset_versions v on v.preset_id = n.preset_id and v.version = n.version - 1
        where n.depth < $3
            and v.created_at >= coalesce(
                (select h.updated_at from heads h order by h.updated_at limit 1 offset $3 - 1), $2)
            and coalesce(v.revision, v.version) > n.imported
        """;

    // Those of presets that are there, and of none: purges and imports.
    private const string ChangesOfWorkspace =
        """
        c.workspace_id = $1 and (c.preset_id is null or exists (
            select 1 from presets p where p.id = c.preset_id and c.revision > coalesce(p.imported_revision, 0)))
        """;

    private const string ChangesOfHead =
        "c.preset_id = (select h.id from heads h) and c.revision > (select h.imported from heads h)";

    private const string Columns =
        "slug, preset_id, revision, at, user_id, key_hash, message, request_id, version, effects";

    private const string NewestFirst = "c.at desc, c.preset_id desc, c.revision desc";

    /// <summary>A page of the records, newest first, ties by the preset's id and revision.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public Task<List<HistoryRecord>> ReadAsync(
        HistoryQuery query, long offset, int limit, CancellationToken cancellationToken)
    {
        var last = Math.Min(offset, long.MaxValue - limit) + limit;
        List<object?> values = [query.WorkspaceId, query.Since ?? DateTimeOffset.UnixEpoch, last, limit, offset];
        var sql = PageSql(query, values);
        return database.ReadAsync(
            connection => connection.ListAsync(sql, HistoryRows.Read, [.. values]), cancellationToken);
    }

    /// <summary>
    /// The statement of a page. Its first values: the workspace, since when, the last record's number, limit, offset.
    /// </summary>
    /// <param name="values">Takes the values of the rest of <paramref name="query"/>.</param>
    internal string PageSql(HistoryQuery query, List<object?> values)
    {
        var slug = query.Slug is null ? null : Next(query.Slug);
        var actor = query.Key is { } key ? Next(key.ToArray()) : query.UserId is { } user ? Next(user) : null;
        var heads = slug is not null ? $"{Heads} and p.slug = {slug}"
            : actor is not null ? $"{Heads} and p.updated_at >= $2"
            : LatestHeads;
        var versions = actor is null ? LatestVersions : VersionsOf("v.creator_id", "v.key_hash");
        var changes = slug is null ? Changes(ChangesOfWorkspace, NewestFirst)
            : Changes(ChangesOfHead, "c.revision desc")
                + "\nunion all\n"
                + Changes($"c.preset_id is null and c.workspace_id = $1 and c.slug = {slug}", NewestFirst);
        return
            $"""
            with recursive heads as (
            {heads}
            ),
            versions as (
            {versions}
            ),
            changes as (
            {changes}
            )
            select {HistoryRows.RecordColumns(database, "r.slug")}
            from (
                select *
                from (
                    select {Columns} from versions
                    union all
                    select {Columns} from changes
                ) as r
                order by r.at desc, r.preset_id desc, r.revision desc
                limit $4 offset $5) as r
            order by r.at desc, r.preset_id desc, r.revision desc
            """;

        string VersionsOf(string userId, string keyHash) =>
            $"""
            select h.slug, h.id as preset_id, {HistoryRows.VersionColumns}
            from heads h
            join preset_versions v on v.preset_id = h.id
            where v.created_at >= $2 and coalesce(v.revision, v.version) > h.imported {By(userId, keyHash)}
            """;

        string Changes(string which, string order) =>
            $"""
            select * from (
                select c.slug, c.preset_id, {HistoryRows.ChangeColumns}
                from preset_changes c
                where {which} and c.at >= $2 {By("c.user_id", "c.key_hash")}
                order by {order}
                limit $3) as c
            """;

        string By(string userId, string keyHash) =>
            actor is null ? "" : $"and {(query.Key is null ? userId : keyHash)} = {actor}";

        string Next(object value)
        {
            values.Add(value);
            return $"${values.Count}";
        }
    }
}
