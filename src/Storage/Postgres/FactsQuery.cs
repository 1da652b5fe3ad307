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
        select {PresetRows.PresetColumns}
        from unnest(@workspace_ids, @slugs) as a(workspace_id, slug)
        cross join lateral (
            select * from presets where workspace_id = a.workspace_id and slug = a.slug offset 0
        ) as p
        """;

    // Number 0 is the latest version, null the designated one.
    private const string NeededSql =
        $"""
        select {PresetRows.VersionColumns}
        from unnest(@needed_workspaces, @needed_slugs, @needed_numbers) as a(workspace_id, slug, number)
        cross join lateral (
            select * from presets where workspace_id = a.workspace_id and slug = a.slug offset 0
        ) as p
        cross join lateral (
            select *
            from preset_versions
            where preset_id = p.id
                and version = case
                    when a.number is null then p.designated_version
                    when a.number = 0 then p.latest_version
                    else a.number
                end
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
        select i.workspace_id, i.key, {PresetRows.UsedKeyColumns}
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
        await using (var batch = new NpgsqlBatch(connection))
        {
            var takes = new List<Action<Row>>();
            foreach (var (command, take) in Queries())
            {
                batch.BatchCommands.Add(command);
                takes.Add(take);
            }

            await using var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
            foreach (var take in takes)
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
            commit.MakePlan(state, facts, now);
        }

        void TakeState(Row row)
        {
            var state = PresetRows.ReadPreset(row);
            states[state.FullName] = state;
        }

        void TakeStoredVersion(Row row)
        {
            var version = PresetRows.ReadVersion(row);
            storedVersions[version.Id] = version;
        }

        void TakeKey(Row row)
        {
            var workspaceId = row.Next<Guid>();
            if (!keys.TryGetValue(workspaceId, out var ofWorkspace))
                keys[workspaceId] = ofWorkspace = [];
            ofWorkspace[row.Next<string>()] = PresetRows.ReadUsedKey(row);
        }

        // What no change can need is not asked.
        IEnumerable<(NpgsqlBatchCommand, Action<Row>)> Queries()
        {
            yield return (
                Command(
                    StatesSql,
                    Array("workspace_ids", NpgsqlDbType.Uuid, commits, each => each.Request.Name.WorkspaceId),
                    Array("slugs", NpgsqlDbType.Text, commits, each => each.Request.Name.Slug)),
                TakeState);
            var needed = commits.SelectMany(NeededOf).ToArray();
            if (needed.Length > 0)
                yield return (
                    Command(
                        NeededSql,
                        Array("needed_workspaces", NpgsqlDbType.Uuid, needed, each => each.Name.WorkspaceId),
                        Array("needed_slugs", NpgsqlDbType.Text, needed, each => each.Name.Slug),
                        Array("needed_numbers", NpgsqlDbType.Integer, needed, each => each.Number)),
                    row => versions.Add(PresetRows.ReadVersion(row)));

            var changes = commits.SelectMany(commit => commit.Request.Changes).ToArray();
            yield return (
                Command(StoredVersionsSql, Array("ids", NpgsqlDbType.Uuid, changes, each => each.Id)),
                TakeStoredVersion);
            // An append leaves a record of its own only when it made no version.
            var others = System.Array.FindAll(changes, change => change is not Append { SkipUnchanged: false });
            if (others.Length > 0)
                yield return (
                    Command(StoredChangesSql, Array("ids", NpgsqlDbType.Uuid, others, each => each.Id)),
                    row => storedChanges.Add(row.Next<Guid>()));

            var keyed = commits.SelectMany(KeysOf).ToArray();
            if (keyed.Length == 0)
                yield break;
            yield return (
                Command(KeysSql, Workspaces(), Keys(), Expired()),
                TakeKey);
            yield return (Command(ForgetKeysSql, Workspaces(), Keys(), Expired()), _ => { });

            NpgsqlParameter Workspaces() =>
                Array("key_workspaces", NpgsqlDbType.Uuid, keyed, each => each.WorkspaceId);

            NpgsqlParameter Keys() => Array("keys", NpgsqlDbType.Text, keyed, each => each.Key);

            NpgsqlParameter Expired() =>
                new NpgsqlParameter<DateTimeOffset>("expired", now - Idempotency.Lifetime);
        }
    }

    /// <summary>The versions whose content the rules need: 0 is the latest one, null the designated one.</summary>
    private static IEnumerable<(PresetName Name, int? Number)> NeededOf(PendingCommit commit)
    {
        var (name, _, changes, _) = commit.Request;
        // A request that is repeated may have to be answered with the preset as it is now.
        if (changes.Any(change => change.NeedsDesignated || change.Idempotency is not null))
            yield return (name, null);
        foreach (var change in changes)
            if (change.NeededVersion is { } number)
                yield return (name, number);
    }

    private static IEnumerable<(Guid WorkspaceId, string Key)> KeysOf(PendingCommit commit)
    {
        foreach (var change in commit.Request.Changes)
            if (change.Idempotency is { } idempotency)
                yield return (commit.Request.Name.WorkspaceId, idempotency.Key);
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<T[]> Array<TItem, T>(
        string name, NpgsqlDbType element, IReadOnlyList<TItem> items, Func<TItem, T> value) =>
        new(name, NpgsqlDbType.Array | element) { TypedValue = [.. items.Select(value)] };
}
