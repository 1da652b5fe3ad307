using System.Data.Common;

namespace Presets.Storage;

/// <summary>The tables of presets and versions; the reads are one SQL for both engines.</summary>
public abstract class PresetStore(Database database) : IPresetStore
{
    private readonly PresetRows read = new(database);

    /// <inheritdoc/>
    public abstract Task<CommitResult> CommitAsync(CommitRequest request);

    /// <summary>
    /// Does what a commit does, without a change, so that the next one finds code and connections ready. Nothing is
    /// stored.
    /// </summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public virtual Task RehearseAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<PresetHead?> FindAsync(PresetName name, CancellationToken cancellationToken) =>
        QueryAsync(
            $"""
            select {PresetRows.PresetColumns}, {PresetRows.VersionColumns}
            from presets p
            join preset_versions v on v.preset_id = p.id and v.version = p.designated_version
            where p.workspace_id = @workspace_id and p.slug = @slug
            """,
            command => AddName(command, name),
            async (rows, cancel) => await rows.ReadAsync(cancel).ConfigureAwait(false)
                ? new PresetHead(read.ReadPreset(rows), read.ReadVersion(rows, PresetRows.PresetColumnCount))
                : null,
            cancellationToken);

    /// <inheritdoc/>
    public virtual Task<(Guid Id, long Revision)?> FindRevisionAsync(
        PresetName name, CancellationToken cancellationToken) =>
        QueryAsync<(Guid, long)?>(
            "select p.id, p.revision from presets p where p.workspace_id = @workspace_id and p.slug = @slug",
            command => AddName(command, name),
            async (rows, cancel) => await rows.ReadAsync(cancel).ConfigureAwait(false)
                ? (database.ReadGuid(rows, 0), rows.GetInt64(1))
                : null,
            cancellationToken);

    /// <inheritdoc/>
    public async Task<Page<Preset>> ListAsync(
        Guid workspaceId, long offset, int limit, CancellationToken cancellationToken)
    {
        var presets = await QueryAsync(
            $"""
            select {PresetRows.PresetColumns}
            from presets p
            where p.workspace_id = @workspace_id and p.status <> 'archived'
            order by p.updated_at desc, p.id desc
            limit @limit offset @offset
            """,
            command =>
            {
                database.Add(command, "workspace_id", workspaceId);
                AddPage(command, offset, limit);
            },
            (rows, cancel) => ReadAllAsync(rows, () => read.ReadPreset(rows), cancel),
            cancellationToken).ConfigureAwait(false);
        var count = await QueryAsync(
            "select count(*) from presets p where p.workspace_id = @workspace_id and p.status <> 'archived'",
            command => database.Add(command, "workspace_id", workspaceId),
            ReadCountAsync,
            cancellationToken).ConfigureAwait(false);
        return new Page<Preset>(presets, count);
    }

    /// <inheritdoc/>
    public async Task<Page<PresetVersion>?> ListVersionsAsync(
        PresetName name, long offset, int limit, CancellationToken cancellationToken)
    {
        // Versions have no gaps and are never removed one by one: the preset's row knows how many there are.
        var preset = await QueryAsync(
            $"select {PresetRows.PresetColumns} from presets p where p.workspace_id = @workspace_id and p.slug = @slug",
            command => AddName(command, name),
            async (rows, cancel) => await rows.ReadAsync(cancel).ConfigureAwait(false) ? read.ReadPreset(rows) : null,
            cancellationToken).ConfigureAwait(false);
        if (preset is null)
            return null;
        if (offset >= preset.LatestVersion)
            return new Page<PresetVersion>([], preset.LatestVersion);
        var versions = await QueryAsync(
            $"""
            select {PresetRows.VersionColumns}
            from preset_versions v
            where v.preset_id = @preset_id and v.version > @first and v.version <= @last
            order by v.version
            """,
            command =>
            {
                database.Add(command, "preset_id", preset.Id);
                database.Add(command, "first", (int)offset);
                database.Add(command, "last", (int)Math.Min(offset + limit, preset.LatestVersion));
            },
            (rows, cancel) => ReadAllAsync(rows, () => read.ReadVersion(rows), cancel),
            cancellationToken).ConfigureAwait(false);
        return new Page<PresetVersion>(versions, preset.LatestVersion);
    }

    /// <inheritdoc/>
    public Task<PresetVersion?> FindVersionAsync(PresetName name, int version, CancellationToken cancellationToken) =>
        QueryAsync(
            $"""
            select {PresetRows.VersionColumns}
            from presets p
            join preset_versions v on v.preset_id = p.id and v.version = @version
            where p.workspace_id = @workspace_id and p.slug = @slug
            """,
            command =>
            {
                AddName(command, name);
                database.Add(command, "version", version);
            },
            async (rows, cancel) => await rows.ReadAsync(cancel).ConfigureAwait(false) ? read.ReadVersion(rows) : null,
            cancellationToken);

    /// <inheritdoc/>
    public async Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        const int Together = 1000;
        for (var purged = 0L; ;)
        {
            var some = await PurgeIdempotencyKeysAsync(now - Idempotency.Lifetime, Together, cancellationToken)
                .ConfigureAwait(false);
            purged += some;
            if (some < Together)
                return purged;
        }
    }

    /// <summary>
    /// Forgets idempotency keys older than <paramref name="before"/>, at most <paramref name="most"/>; returns how many
    /// there were.
    /// </summary>
    public Task<int> PurgeIdempotencyKeysAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await using var command = connection.CreateCommand();
                command.CommandText =
                    """
                    delete from idempotency_keys
                    where (workspace_id, key) in (
                        select k.workspace_id, k.key from idempotency_keys k where k.created_at < @before limit @most)
                    """;
                database.Add(command, "before", before);
                database.Add(command, "most", most);
                return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Adds <c>@workspace_id</c> and <c>@slug</c>.</summary>
    protected void AddName(DbCommand command, PresetName name)
    {
        database.Add(command, "workspace_id", name.WorkspaceId);
        database.Add(command, "slug", name.Slug);
    }

    /// <summary>
    /// Commits changes one by one, after the database has refused a value of one of them, so that only that one is
    /// refused.
    /// </summary>
    internal static async Task<CommitResult> OneByOneAsync(
        CommitRequest request, Exception refusal, Func<CommitRequest, Task<CommitResult>> commit)
    {
        if (request.Changes.Count == 1)
            return new CommitResult(
                null,
                [new Outcome.Refused(RefusalCode.InvalidField, "The database refuses a value of it.", refusal)]);
        Preset? preset = null;
        var outcomes = new List<Outcome>(request.Changes.Count);
        foreach (var change in request.Changes)
        {
            var result = await commit(request with { Known = preset, Changes = [change] }).ConfigureAwait(false);
            preset = result.Preset ?? preset;
            outcomes.AddRange(result.Outcomes);
        }

        return new CommitResult(preset, outcomes);
    }

    private void AddPage(DbCommand command, long offset, int limit)
    {
        database.Add(command, "limit", limit);
        database.Add(command, "offset", offset);
    }

    private Task<T> QueryAsync<T>(
        string sql,
        Action<DbCommand> bind,
        Func<DbDataReader, CancellationToken, Task<T>> readRows,
        CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                await using var command = connection.CreateCommand();
                command.CommandText = sql;
                bind(command);
                await using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                return await readRows(rows, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    private static async Task<List<T>> ReadAllAsync<T>(
        DbDataReader rows, Func<T> readOne, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            all.Add(readOne());
        return all;
    }

    private static async Task<long> ReadCountAsync(DbDataReader rows, CancellationToken cancellationToken)
    {
        await rows.ReadAsync(cancellationToken).ConfigureAwait(false);
        return rows.GetInt64(0);
    }
}
