using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace Presets.Storage;

/// <summary>
/// The group commit of Postgres: drafts of many presets in one statement, which is one round trip and one commit. It decides the common case only: presets that are new,
/// or whose head nobody else holds locked and that are not archived, and ids that are not stored yet.
/// </summary>
internal sealed class AppendTogether(PostgresDatabase database, TimeProvider clock)
{
    // generate_series tells the planner nothing about the arrays' length, so it expects a thousand rows and hashes the joins
    // between the arrays; a guess of ten would loop over them.
    //
    // made: new presets, inserted in one order everywhere, so that two nodes that insert the same ones wait for each other in a line and
    // never in a circle. It leaves out whatever is there already: "on conflict do nothing" would wait for a row that another transaction is
    // changing. locked: heads that nobody else holds; a row that another transaction has changed since this statement began is locked, and then
    // read, in its newest state. It begins when made is done (that is what counting made is for), so that nothing waits while it holds a head that
    // others may wait for. What is in neither is left to a transaction of its own. unique (id) refuses the whole statement when an id is stored
    // already.
    private const string Sql =
        """
        with asked as materialized (
            select *
            from unnest(@workspace_ids, @slugs, @preset_ids, @creators, @counts, @last_ids)
                with ordinality as a(workspace_id, slug, id, creator_id, count, last_id, no)
        ),
        made as (
            insert into presets (
                id, workspace_id, slug, name, description, status, creator_user_id, created_at, updated_at, status_updated_at,
                latest_version, designated_version, designated_version_id, revision)
            select a.id, a.workspace_id, a.slug, a.slug, null, 'active', a.creator_id, @now, @now, null, a.count, a.count, a.last_id, a.count
            from asked a
            where (select true from presets p where p.workspace_id = a.workspace_id and p.slug = a.slug) is null
            order by a.workspace_id, a.slug
            on conflict on constraint presets_workspace_id_slug_key do nothing
            returning id, name, description, status, creator_user_id, created_at, updated_at, status_updated_at, latest_version, revision
        ),
        locked as materialized (
            select a.no, a.count, a.last_id, p.id
            from asked a
            cross join lateral (
                select id
                from presets
                where workspace_id = a.workspace_id and slug = a.slug and status <> 'archived'
                for no key update skip locked
            ) as p
            where (select count(*) from made) >= 0
        ),
        changed as (
            update presets p
            set latest_version = p.latest_version + l.count,
                designated_version = p.latest_version + l.count,
                designated_version_id = l.last_id,
                revision = p.revision + l.count,
                updated_at = greatest(p.updated_at, @now)
            from locked l
            where p.id = l.id
            returning l.no, p.id, p.name, p.description, p.status, p.creator_user_id, p.created_at, p.updated_at, p.status_updated_at, p.latest_version, p.revision
        ),
        heads as materialized (
            select * from changed
            union all
            select a.no, m.* from made m join asked a on a.id = m.id
        ),
        stored as (
            insert into preset_versions (preset_id, version, id, creator_id, created_at, config, system_prompt)
            select h.id, h.latest_version - d.behind, d.id, d.creator_id, h.updated_at, d.config, d.system_prompt
            from rows from (
                unnest(@draft_presets), unnest(@draft_behind), unnest(@draft_ids), unnest(@draft_creators), unnest(@draft_configs),
                unnest(@draft_prompts), generate_series(1, @drafts)
            ) as d(preset, behind, id, creator_id, config, system_prompt, no)
            join heads h on h.no = d.preset
        )
        select h.no, h.id, h.name, h.description, h.status, h.creator_user_id, h.created_at, h.updated_at, h.status_updated_at,
            h.latest_version, h.revision
        from heads h
        """;

    /// <summary>Appends what the statement can decide.</summary>
    /// <returns>A result for each of <paramref name="batch"/>, null for those that were left.</returns>
    /// <exception cref="PostgresException">A value was refused (class 22 or 23): nothing was stored.</exception>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<AppendResult?[]> AppendAsync(List<PendingAppend> batch)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var results = new AppendResult?[batch.Count];
        for (var attempt = 1; ; attempt++)
        {
            var sent = false;
            try
            {
                await using var connection = await database.AppendSource.OpenConnectionAsync().ConfigureAwait(false);
                await using var command = Command(connection, batch, out var drafts);
                sent = true;
                await using (var row = await command.ExecuteReaderAsync().ConfigureAwait(false))
                    while (await row.ReadAsync().ConfigureAwait(false))
                    {
                        var no = (int)row.GetInt64(0) - 1;
                        results[no] = Result(row, batch[no]);
                    }

                if (drafts > 0)
                    AppendMetrics.Committed(drafts, startedAt);
                return results;
            }
            catch (PostgresException conflict) when (PostgresFailure.IsConflict(conflict) && attempt < 5)
            {
                results.AsSpan().Clear();
            }
            catch (NpgsqlException exception) when (!PostgresFailure.IsDefect(exception))
            {
                throw sent ? PostgresFailure.During(exception) : PostgresFailure.BeforeCommit(exception);
            }
        }
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, List<PendingAppend> batch, out int drafts)
    {
        var presets = batch.Count;
        drafts = 0;
        foreach (var pending in batch)
            drafts += pending.Drafts.Count;

        var workspaceIds = new Guid[presets];
        var slugs = new string[presets];
        var presetIds = new Guid[presets];
        var creators = new string[presets];
        var counts = new int[presets];
        var lastIds = new Guid[presets];
        var draftPresets = new int[drafts];
        var draftBehind = new int[drafts];
        var draftIds = new Guid[drafts];
        var draftCreators = new string[drafts];
        var draftConfigs = new ReadOnlyMemory<byte>[drafts];
        var draftPrompts = new ReadOnlyMemory<byte>?[drafts];
        var now = Timestamp.Now(clock);
        var next = 0;
        for (var i = 0; i < presets; i++)
        {
            var pending = batch[i];
            workspaceIds[i] = pending.Key.WorkspaceId;
            slugs[i] = pending.Key.Slug;
            presetIds[i] = Guid.CreateVersion7(now);
            creators[i] = pending.Drafts[0].CreatorId;
            counts[i] = pending.Drafts.Count;
            lastIds[i] = pending.Drafts[^1].VersionId;
            for (var j = 0; j < pending.Drafts.Count; j++, next++)
            {
                var draft = pending.Drafts[j];
                draftPresets[next] = i + 1;
                draftBehind[next] = pending.Drafts.Count - 1 - j;
                draftIds[next] = draft.VersionId;
                draftCreators[next] = draft.CreatorId;
                draftConfigs[next] = draft.Config;
                draftPrompts[next] = draft.SystemPrompt;
            }
        }

        return new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                Array("workspace_ids", workspaceIds, NpgsqlDbType.Uuid),
                Array("slugs", slugs, NpgsqlDbType.Text),
                Array("preset_ids", presetIds, NpgsqlDbType.Uuid),
                Array("creators", creators, NpgsqlDbType.Text),
                Array("counts", counts, NpgsqlDbType.Integer),
                Array("last_ids", lastIds, NpgsqlDbType.Uuid),
                new NpgsqlParameter<DateTimeOffset>("now", now),
                Array("draft_presets", draftPresets, NpgsqlDbType.Integer),
                Array("draft_behind", draftBehind, NpgsqlDbType.Integer),
                Array("draft_ids", draftIds, NpgsqlDbType.Uuid),
                Array("draft_creators", draftCreators, NpgsqlDbType.Text),
                Array("draft_configs", draftConfigs, NpgsqlDbType.Text),
                Array("draft_prompts", draftPrompts, NpgsqlDbType.Text),
                new NpgsqlParameter<int>("drafts", drafts),
            },
        };
    }

    private static NpgsqlParameter Array<T>(string name, T[] values, NpgsqlDbType element) =>
        new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | element) { TypedValue = values };

    private static AppendResult Result(NpgsqlDataReader row, PendingAppend pending)
    {
        var latest = row.GetInt32(9);
        var revision = row.GetInt64(10);
        var updatedAt = row.GetFieldValue<DateTimeOffset>(7);
        var drafts = pending.Drafts;
        var preset = new Preset(
            row.GetGuid(1),
            pending.Key,
            row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetString(4) == "disabled" ? PresetStatus.Disabled : PresetStatus.Active,
            row.GetString(5),
            row.GetFieldValue<DateTimeOffset>(6),
            updatedAt,
            row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
            latest,
            latest,
            drafts[^1].VersionId,
            revision);
        var outcomes = new DraftOutcome[drafts.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            var behind = outcomes.Length - 1 - i;
            outcomes[i] = new DraftOutcome.Stored(latest - behind, revision - behind, updatedAt);
        }

        return new AppendResult(preset, outcomes);
    }
}
