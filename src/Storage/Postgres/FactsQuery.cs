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

    private const string StoredSql =
        $"select {PresetRows.VersionColumns} from preset_versions v where v.id = any(@ids)";

    // A key that is out of date would be in the way of the next request that uses it. So would one whose version is
    // gone.
    private const string ForgetKeysSql =
        """
        delete from idempotency_keys i
        using unnest(@key_workspaces, @keys, @fingerprints) as k(workspace_id, key, fingerprint)
        where i.workspace_id = k.workspace_id
            and i.key = k.key
            and (i.created_at <= @expired
                or i.fingerprint = k.fingerprint
                    and not exists (select from preset_versions v where v.id = i.version_id))
        """;

    private const string KeysSql =
        $"""
        select i.workspace_id, i.key, i.fingerprint, {PresetRows.VersionColumns}
        from unnest(@key_workspaces, @keys) as k(workspace_id, key)
        join idempotency_keys i on i.workspace_id = k.workspace_id and i.key = k.key
        left join preset_versions v on v.id = i.version_id
        """;

    /// <summary>Makes the plan of each commit on what the database says now.</summary>
    /// <exception cref="NpgsqlException">The database did not answer, or a lock was not to be had in time.</exception>
    public async Task PlanAsync(NpgsqlConnection connection, IReadOnlyList<PendingCommit> commits)
    {
        var now = Timestamp.Now(clock);
        var states = new Dictionary<PresetName, Preset>();
        var stored = new Dictionary<Guid, PresetVersion>();
        var keys = new Dictionary<Guid, Dictionary<string, UsedKey>>();
        await using (var batch = Batch(connection, commits, now, out var hasKeys))
        {
            await using var row = await batch.ExecuteReaderAsync().ConfigureAwait(false);
            while (await row.ReadAsync().ConfigureAwait(false))
            {
                var state = PresetRows.ReadPreset(new Row(database, row));
                states[state.FullName] = state;
            }

            await row.NextResultAsync().ConfigureAwait(false);
            while (await row.ReadAsync().ConfigureAwait(false))
                stored[row.GetGuid(0)] = PresetRows.ReadVersion(new Row(database, row));

            if (hasKeys && await row.NextResultAsync().ConfigureAwait(false))
                while (await row.ReadAsync().ConfigureAwait(false))
                {
                    var version = row.IsDBNull(3) ? null : PresetRows.ReadVersion(new Row(database, row, 3));
                    if (!keys.TryGetValue(row.GetGuid(0), out var ofWorkspace))
                        keys[row.GetGuid(0)] = ofWorkspace = [];
                    ofWorkspace[row.GetString(1)] = new UsedKey(row.GetFieldValue<byte[]>(2), version);
                }
        }

        foreach (var commit in commits)
        {
            var (name, _, changes, _) = commit.Request;
            var state = states.GetValueOrDefault(name) ?? Preset.New(name, changes[0].UserId, now);
            var usedKeys = keys.GetValueOrDefault(name.WorkspaceId) ?? [];
            commit.Plan = ChangePlan.Make(state, changes, new ChangeFacts(stored, usedKeys), now);
        }
    }

    private static NpgsqlBatch Batch(
        NpgsqlConnection connection, IReadOnlyList<PendingCommit> commits, DateTimeOffset now, out bool hasKeys)
    {
        var keyed = commits
            .SelectMany(commit => commit.Request.Changes, (commit, change) => (commit.Request.Name, change.Idempotency))
            .Where(each => each.Idempotency is not null)
            .ToArray();
        var names = commits.Select(commit => commit.Request.Name).ToArray();
        var ids = commits.SelectMany(commit => commit.Request.Changes, (_, change) => change.Id).ToArray();
        var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(
                    StatesSql,
                    Array("workspace_ids", NpgsqlDbType.Uuid, names.Select(name => name.WorkspaceId)),
                    Array("slugs", NpgsqlDbType.Text, names.Select(name => name.Slug))),
                Command(StoredSql, Array("ids", NpgsqlDbType.Uuid, ids)),
            },
        };
        hasKeys = keyed.Length > 0;
        if (!hasKeys)
            return batch;
        batch.BatchCommands.Add(Command(
            ForgetKeysSql,
            KeyWorkspaces(),
            Keys(),
            Array("fingerprints", NpgsqlDbType.Bytea, keyed.Select(each => each.Idempotency!.Fingerprint)),
            new NpgsqlParameter<DateTimeOffset>("expired", now - Idempotency.Lifetime)));
        batch.BatchCommands.Add(Command(KeysSql, KeyWorkspaces(), Keys()));
        return batch;

        NpgsqlParameter KeyWorkspaces() =>
            Array("key_workspaces", NpgsqlDbType.Uuid, keyed.Select(each => each.Name.WorkspaceId));

        NpgsqlParameter Keys() => Array("keys", NpgsqlDbType.Text, keyed.Select(each => each.Idempotency!.Key));
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
