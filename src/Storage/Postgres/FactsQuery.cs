using Npgsql;
using NpgsqlTypes;

namespace Presets.Storage;

/// <summary>
/// Reads what plans are made on: the presets' states, and then, in statements of their own so that they are no older,
/// which of the changes are stored and which idempotency keys are in use. Many commits are looked up in one round trip.
/// </summary>
internal sealed class FactsQuery(PostgresDatabase database, TimeProvider clock)
{
    private const string StatesSql =
        $"""
        select {PresetRows.PresetColumns}, {PresetRows.VersionColumns}
        from unnest(@workspace_ids, @slugs) as a(workspace_id, slug)
        cross join lateral (
            select * from presets where workspace_id = a.workspace_id and slug = a.slug offset 0
        ) as p
        left join lateral (
            select * from preset_versions where preset_id = p.id and version = p.designated_version offset 0
        ) as v on true
        """;

    // Number 0 is the latest version.
    private const string NeededSql =
        $"""
        select {PresetRows.VersionColumns}
        from unnest(@needed_workspaces, @needed_slugs, @needed_numbers) as a(workspace_id, slug, number)
        cross join lateral (
            select id, latest_version from presets where workspace_id = a.workspace_id and slug = a.slug offset 0
        ) as p
        cross join lateral (
            select *
            from preset_versions
            where preset_id = p.id and version = case a.number when 0 then p.latest_version else a.number end
            offset 0
        ) as v
        """;

    private const string StoredChangesSql = "select id from preset_changes where id = any(@ids)";

    private const string StoredVersionsSql =
        $"select {PresetRows.VersionColumns} from preset_versions v where v.id = any(@ids)";

    // A key that is out of date would be in the way of the next request that uses it.
    private const string ForgetKeysSql =
        """
        delete from idempotency_keys i
        using unnest(@key_workspaces, @keys) as k(workspace_id, key)
        where i.workspace_id = k.workspace_id and i.key = k.key and i.created_at <= @expired
        """;

    private const string KeysSql =
        $"""
        select i.workspace_id, i.key, i.fingerprint, i.preset_id, {PresetRows.VersionColumns}
        from unnest(@key_workspaces, @keys) as k(workspace_id, key)
        cross join lateral (
            select * from idempotency_keys where workspace_id = k.workspace_id and key = k.key offset 0
        ) as i
        left join lateral (select * from preset_versions where id = i.version_id offset 0) as v on true
        where i.created_at > @expired
        """;

    /// <summary>Makes the plan of each commit on what the database says now.</summary>
    /// <exception cref="NpgsqlException">The database did not answer, or a lock was not to be had in time.</exception>
    public async Task PlanAsync(NpgsqlConnection connection, IReadOnlyList<PendingCommit> commits)
    {
        var now = Timestamp.Now(clock);
        var states = new Dictionary<PresetName, Preset>();
        var versions = new List<PresetVersion>();
        var storedVersions = new Dictionary<Guid, PresetVersion>();
        var storedChanges = new HashSet<Guid>();
        var keys = new Dictionary<Guid, Dictionary<string, UsedKey>>();
        await using (var batch = Batch(connection, commits, now))
        {
            await using var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
            await EachAsync(row =>
            {
                var state = PresetRows.ReadPreset(row);
                states[state.FullName] = state;
                if (!reader.IsDBNull(PresetRows.PresetColumnCount))
                    versions.Add(PresetRows.ReadVersion(row));
            }).ConfigureAwait(false);
            await EachAsync(row => versions.Add(PresetRows.ReadVersion(row))).ConfigureAwait(false);
            await EachAsync(row =>
            {
                var version = PresetRows.ReadVersion(row);
                storedVersions[version.Id] = version;
            }).ConfigureAwait(false);
            await EachAsync(row => storedChanges.Add(row.Next<Guid>())).ConfigureAwait(false);
            await EachAsync(row =>
            {
                var workspaceId = row.Next<Guid>();
                if (!keys.TryGetValue(workspaceId, out var ofWorkspace))
                    keys[workspaceId] = ofWorkspace = [];
                ofWorkspace[row.Next<string>()] = PresetRows.ReadUsedKey(row, hasVersion: !reader.IsDBNull(4));
            }).ConfigureAwait(false);

            async Task EachAsync(Action<Row> take)
            {
                while (await reader.ReadAsync().ConfigureAwait(false))
                    take(new Row(database, reader));
                await reader.NextResultAsync().ConfigureAwait(false);
            }
        }

        foreach (var commit in commits)
        {
            var (name, _, changes, _) = commit.Request;
            var state = states.GetValueOrDefault(name) ?? Preset.New(name, changes[0].UserId, now);
            var usedKeys = keys.GetValueOrDefault(name.WorkspaceId) ?? [];
            var facts = new ChangeFacts(
                storedVersions, storedChanges, usedKeys, versions.FindAll(version => version.PresetId == state.Id));
            commit.Plan = ChangePlan.Make(state, changes, facts, now);
        }
    }

    private static NpgsqlBatch Batch(
        NpgsqlConnection connection, IReadOnlyList<PendingCommit> commits, DateTimeOffset now)
    {
        var names = commits.Select(commit => commit.Request.Name).ToArray();
        var changes = commits.SelectMany(commit => commit.Request.Changes, (commit, change) => (commit.Request.Name, change))
            .ToArray();
        var keyed = changes.Where(each => each.change.Idempotency is not null).ToArray();
        var needing = changes.Where(each => each.change.NeededVersion is not null).ToArray();
        return new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(
                    StatesSql,
                    Array("workspace_ids", NpgsqlDbType.Uuid, names.Select(name => name.WorkspaceId)),
                    Array("slugs", NpgsqlDbType.Text, names.Select(name => name.Slug))),
                Command(
                    NeededSql,
                    Array("needed_workspaces", NpgsqlDbType.Uuid, needing.Select(each => each.Name.WorkspaceId)),
                    Array("needed_slugs", NpgsqlDbType.Text, needing.Select(each => each.Name.Slug)),
                    Array(
                        "needed_numbers",
                        NpgsqlDbType.Integer,
                        needing.Select(each => each.change.NeededVersion.GetValueOrDefault()))),
                Command(StoredVersionsSql, Ids()),
                Command(StoredChangesSql, Ids()),
                Command(KeysSql, KeyWorkspaces(), Keys(), Expired()),
                Command(ForgetKeysSql, KeyWorkspaces(), Keys(), Expired()),
            },
        };

        NpgsqlParameter Ids() => Array("ids", NpgsqlDbType.Uuid, changes.Select(each => each.change.Id));

        NpgsqlParameter KeyWorkspaces() =>
            Array("key_workspaces", NpgsqlDbType.Uuid, keyed.Select(each => each.Name.WorkspaceId));

        NpgsqlParameter Keys() => Array("keys", NpgsqlDbType.Text, keyed.Select(each => each.change.Idempotency!.Key));

        NpgsqlParameter Expired() => new NpgsqlParameter<DateTimeOffset>("expired", now - Idempotency.Lifetime);
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<T[]> Array<T>(string name, NpgsqlDbType element, IEnumerable<T> values) =>
        new(name, NpgsqlDbType.Array | element) { TypedValue = [.. values] };
}
