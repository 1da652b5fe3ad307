namespace Presets.Storage;

/// <summary>
/// Reads presets as an export needs them: in short statements, so that none stays open while a client is slow. Versions
/// and history never change, so the state of a preset says which of them belong to it.
/// </summary>
public sealed class ExportStore(Database database)
{
    private const int MostBytes = 1 << 20;
    private const int MostVersions = 500;
    private const int MostChanges = 100;

    /// <summary>The presets of a workspace whose slugs come after <paramref name="slug"/>, by slug.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<List<Preset>> ListAsync(
        Guid workspaceId, string slug, int count, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.ListAsync(
            $"""
            select {PresetRows.PresetColumns}
            from presets p
            where p.workspace_id = $1 and p.slug > $2
            order by p.slug
            limit $3
            """,
            PresetRows.ReadPreset,
            workspaceId, slug, count),
        cancellationToken);

    /// <summary>A preset; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Preset?> FindAsync(PresetName name, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FindAsync(
            PresetRows.FindPreset, PresetRows.ReadPreset, name.WorkspaceId, name.Slug),
        cancellationToken);

    /// <summary>Whether the preset is still there, and so all that was read of it.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<bool> ExistsAsync(Guid presetId, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FindAsync("select 1 from presets where id = $1", _ => true, presetId),
        cancellationToken);

    /// <summary>
    /// The versions from number <paramref name="first"/> to <paramref name="last"/>, or as many of the first of them as
    /// fit into a megabyte, but at least one.
    /// </summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<List<PresetVersion>> ListVersionsAsync(
        Guid presetId, int first, int last, CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            var sizes = await connection.ListAsync(
                """
                select version, octet_length(config) + coalesce(octet_length(system_prompt), 0)
                from preset_versions
                where preset_id = $1 and version >= $2 and version <= $3
                order by version
                limit $4
                """,
                row => (Version: row.Next<int>(), Bytes: row.Next<int>()),
                presetId, first, last, MostVersions).ConfigureAwait(false);
            var bytes = 0L;
            var fitting = sizes.TakeWhile((each, i) => (bytes += each.Bytes) <= MostBytes || i == 0);
            return await connection.ListAsync(
                $"""
                select {PresetRows.WholeVersionColumns}
                from preset_versions v
                where v.preset_id = $1 and v.version >= $2 and v.version <= $3
                order by v.version
                """,
                PresetRows.ReadWholeVersion,
                presetId, first, fitting.LastOrDefault().Version).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Some of the changes after revision <paramref name="after"/>, up to <paramref name="last"/>.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<List<HistoryEntry>> ListChangesAsync(
        Guid presetId, long after, long last, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.ListAsync(
            $"""
            select {PresetRows.ChangeColumns}
            from preset_changes c
            where c.preset_id = $1 and c.revision > $2 and c.revision <= $3
            order by c.revision
            limit {MostChanges}
            """,
            PresetRows.ReadChange,
            presetId, after, last),
        cancellationToken);
}
