namespace Presets.Storage;

/// <summary>
/// The history of one preset. A page is found by revisions, which have no gap, so it costs the same wherever it is and
/// however many there are.
/// </summary>
internal sealed class PresetHistory(Database database)
{
    /// <summary>
    /// Its values: the preset's id, its slug, the newest revision of the page, the oldest one, and the least and the
    /// greatest number that its newest version can have.
    /// </summary>
    /// <remarks>
    /// No index has the revisions of versions, since each create would pay for it. They grow with the numbers, so the
    /// page's newest version is found by halving what is left between two numbers.
    /// </remarks>
    public string PageSql { get; } =
        $"""
        with recursive search (low, high) as (
            select cast($5 as integer), cast($6 as integer)
            union all
            select
                case when coalesce(v.revision, v.version) <= $3 then v.version else s.low end,
                case when coalesce(v.revision, v.version) <= $3 then s.high else v.version - 1 end
            from search s
            join preset_versions v on v.preset_id = $1 and v.version = (s.low + s.high + 1) / 2
            where s.low < s.high
        )
        select {HistoryRows.RecordColumns(database, "$2")}
        from (
            select {HistoryRows.VersionColumns}
            from preset_versions v
            where v.preset_id = $1
                and v.version <= (select s.low from search s where s.low = s.high)
                and v.version > (select s.low from search s where s.low = s.high) - 1 - ($3 - $4)
            union all
            select {HistoryRows.ChangeColumns}
            from preset_changes c
            where c.preset_id = $1 and c.revision between $4 and $3) as r
        where r.revision >= $4
        order by r.revision desc
        """;

    /// <summary>A page of the records, newest first.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public Task<List<HistoryRecord>> ReadAsync(
        PresetSnapshot preset, string slug, long offset, int limit, CancellationToken cancellationToken)
    {
        var newest = preset.Revision - Math.Min(offset, preset.Revision);
        if (newest == 0)
            return Task.FromResult<List<HistoryRecord>>([]);
        // Each version is a revision, and of the others there are so many.
        var others = preset.Revision - preset.LatestVersion;
        return database.ReadAsync(
            connection => connection.ListAsync(
                PageSql,
                HistoryRows.Read,
                preset.PresetId,
                slug,
                newest,
                Math.Max(newest - limit, 0) + 1,
                (int)Math.Max(newest - others, 0),
                (int)Math.Min(newest, preset.LatestVersion)),
            cancellationToken);
    }
}
