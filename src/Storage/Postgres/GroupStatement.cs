using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace Presets.Storage;

/// <summary>
/// Carries out the plans of many presets in one statement, which is one round trip, one commit, and no transaction that
/// a hung node could leave open. It decides nothing: a plan is carried out as it stands when what it was made on still
/// holds, and is left otherwise.
/// </summary>
internal static class GroupStatement
{
    // The planner knows nothing about the length of the arrays. unnest of several arrays makes it expect few rows, for
    // which it uses the indexes; generate_series makes it expect a thousand, so that it hashes the joins between the
    // arrays. "offset 0" keeps a lookup by key what it is: while a vacuumed table is empty, reading the whole of its
    // index looks cheaper, and a cached plan stays when the table grows.
    //
    // Parts that a group does not need cost it a tenth of the server's time, and a single change a fifth, even when
    // they find nothing. So what stands between "/*keys*/" or "/*more*/" and "/*end*/" is left out where no plan uses
    // an idempotency key, or none makes a preset or another change than a version.
    private const string Whole =
        """
        with /*keys*/
        -- Plans are made as if no idempotency key were in use. One that is in use leaves its preset out; one that comes
        -- into use meanwhile violates the primary key, and the whole statement has no effect.
        taken as materialized (
            select k.no
            from unnest(@key_presets, @key_workspaces, @keys) as k(no, workspace_id, key)
            cross join lateral (
                select from idempotency_keys i where i.workspace_id = k.workspace_id and i.key = k.key offset 0) as i
        ), /*end*/
        asked as materialized (
            select *
            from unnest(
                    @ids, @workspace_ids, @slugs, @names, @descriptions, @statuses, @creators, @created, @updated,
                    @status_updated, @latest, @designated, @designated_ids, @revisions, @labels, @locked, @models,
                    @before)
                with ordinality as a(
                    id, workspace_id, slug, name, description, status, creator_user_id, created_at, updated_at,
                    status_updated_at, latest_version, designated_version, designated_version_id, revision, labels,
                    locked, model, before, no)
            /*keys*/ where a.no not in (select no from taken) /*end*/
        ),
        /*more*/
        -- New presets, inserted in one order everywhere, so that two nodes that insert the same ones never deadlock. A
        -- preset that is there already is left out before the insert: "on conflict" would wait for a transaction that
        -- is changing its row.
        made as (
            insert into presets (
                id, workspace_id, slug, name, description, status, creator_user_id, created_at, updated_at,
                status_updated_at, latest_version, designated_version, designated_version_id, revision, labels, locked,
                model, listed_at)
            select
                a.id, a.workspace_id, a.slug, a.name, a.description, a.status, a.creator_user_id, a.created_at,
                a.updated_at, a.status_updated_at, a.latest_version, a.designated_version, a.designated_version_id,
                a.revision, a.labels, a.locked, a.model, a.updated_at
            from asked a
            where a.before = 0
                and (select true from presets p where p.workspace_id = a.workspace_id and p.slug = a.slug) is null
            order by a.workspace_id, a.slug
            on conflict on constraint presets_workspace_id_slug_key do nothing
            returning id, workspace_id, status
        ),
        counted as (
            insert into preset_counts (workspace_id, status, presets)
            select workspace_id, status, count(*) from made group by workspace_id, status
        ), /*end*/
        -- Heads at the revision that their plan was made on, unless somebody else holds them. A row that was changed
        -- since this statement began is compared in its newest state. Counting made comes first, so that nothing waits
        -- while it holds a head.
        locked as materialized (
            select a.no
            from asked a
            cross join lateral (
                select from presets p where p.id = a.id and p.revision = a.before for no key update skip locked) as p
            where a.before > 0 /*more*/ and (select count(*) from made) >= 0 /*end*/
        ),
        changed as (
            update presets p
            set name = a.name,
                description = a.description,
                status = a.status,
                updated_at = a.updated_at,
                status_updated_at = a.status_updated_at,
                latest_version = a.latest_version,
                designated_version = a.designated_version,
                designated_version_id = a.designated_version_id,
                revision = a.revision,
                labels = a.labels,
                locked = a.locked,
                model = a.model
            from locked l
            join asked a on a.no = l.no
            where p.id = a.id
            returning a.no
        ),
        done as materialized (
            select a.no, a.id, a.workspace_id, a.slug, a.updated_at
            from (
                select no from changed
                /*more*/ union all select a.no from made m join asked a on a.id = m.id /*end*/) as d
            join asked a on a.no = d.no
        ),
        versions as (
            insert into preset_versions (
                preset_id, version, id, revision, creator_id, created_at, body, config, system_prompt, key_hash,
                message, request_id, designates, effects)
            select
                d.id, v.version, v.id, v.revision, v.creator_id, d.updated_at, v.body, v.config, v.system_prompt,
                v.key_hash, v.message, v.request_id, v.designates, v.effects
            from rows from (
                unnest(@v_presets), unnest(@v_numbers), unnest(@v_ids), unnest(@v_revisions), unnest(@v_creators),
                unnest(@v_bodies), unnest(@v_configs), unnest(@v_prompts), unnest(@v_keys), unnest(@v_messages),
                unnest(@v_requests), unnest(@v_designates), unnest(@v_effects), generate_series(1, @v_count)
            ) as v(
                preset, version, id, revision, creator_id, body, config, system_prompt, key_hash, message, request_id,
                designates, effects, no)
            join done d on d.no = v.preset
        )
        /*more*/, history as (
            insert into preset_changes (
                id, workspace_id, preset_id, slug, revision, at, user_id, key_hash, message, request_id, effects)
            select
                c.id, d.workspace_id, d.id, d.slug, c.revision, d.updated_at, c.user_id, c.key_hash, c.message,
                c.request_id, c.effects
            from unnest(@c_presets, @c_ids, @c_revisions, @c_users, @c_keys, @c_messages, @c_requests, @c_effects)
                as c(preset, id, revision, user_id, key_hash, message, request_id, effects)
            join done d on d.no = c.preset
        ) /*end*/
        /*keys*/, keys as (
            insert into idempotency_keys (workspace_id, key, fingerprint, version_id, preset_id, created_at)
            select d.workspace_id, k.key, k.fingerprint, k.change_id, d.id, @now
            from unnest(@key_presets, @keys, @key_fingerprints, @key_changes)
                as k(preset, key, fingerprint, change_id)
            join done d on d.no = k.preset
            order by d.workspace_id, k.key
        ) /*end*/
        select no from done
        """;

    private static readonly string Keyed = Without("more", Whole);
    private static readonly string Plain = Without("keys", Keyed);

    /// <summary>Prepares the statement, in each of its forms, on a new connection.</summary>
    /// <remarks>
    /// Npgsql would do so by itself at its second use; when it fails in that call, Npgsql (10.0) loses step with the
    /// server.
    /// </remarks>
    public static async Task PrepareAsync(NpgsqlConnection connection)
    {
        foreach (var sql in (string[])[Whole, Keyed, Plain])
        {
            await using var command = Command(connection, sql, []);
            await command.PrepareAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Carries out what still holds.</summary>
    /// <returns>For each of <paramref name="plans"/> whether it was carried out.</returns>
    /// <exception cref="NpgsqlException">Nothing was stored, or the outcome is in doubt.</exception>
    public static async Task<bool[]> RunAsync(NpgsqlConnection connection, IReadOnlyList<ChangePlan> plans)
    {
        var done = new bool[plans.Count];
        await using var command = Command(connection, SqlFor(plans), plans);
        await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        while (await row.ReadAsync().ConfigureAwait(false))
            done[row.GetInt64(0) - 1] = true;
        return done;
    }

    private static string SqlFor(IReadOnlyList<ChangePlan> plans)
    {
        var sql = Plain;
        foreach (var plan in plans)
            if (plan.Before.IsNew || plan.History.Count > 0)
                return Whole;
            else if (plan.Keys.Count > 0)
                sql = Keyed;
        return sql;
    }

    private static string Without(string part, string sql) =>
        Regex.Replace(sql, $@"/\*{part}\*/.*?/\*end\*/", "", RegexOptions.Singleline);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, IReadOnlyList<ChangePlan> plans)
    {
        var command = new NpgsqlCommand(sql, connection);
        AddPresets(command.Parameters, plans);
        AddVersions(command.Parameters, plans);
        if (sql == Whole)
            AddHistory(command.Parameters, plans);
        if (sql != Plain)
            AddKeys(command.Parameters, plans);
        return command;
    }

    private static void AddPresets(NpgsqlParameterCollection parameters, IReadOnlyList<ChangePlan> plans)
    {
        Add("ids", NpgsqlDbType.Uuid, static plan => plan.After.Id);
        Add("workspace_ids", NpgsqlDbType.Uuid, static plan => plan.After.FullName.WorkspaceId);
        Add("slugs", NpgsqlDbType.Text, static plan => plan.After.FullName.Slug);
        Add("names", NpgsqlDbType.Text, static plan => plan.After.Name);
        Add("descriptions", NpgsqlDbType.Text, static plan => plan.After.Description);
        Add("statuses", NpgsqlDbType.Text, static plan => PresetRows.NameOf(plan.After.Status));
        Add("creators", NpgsqlDbType.Text, static plan => plan.After.CreatorUserId);
        Add("created", NpgsqlDbType.TimestampTz, static plan => plan.After.CreatedAt);
        Add("updated", NpgsqlDbType.TimestampTz, static plan => plan.After.UpdatedAt);
        Add("status_updated", NpgsqlDbType.TimestampTz, static plan => plan.After.StatusUpdatedAt);
        Add("latest", NpgsqlDbType.Integer, static plan => plan.After.LatestVersion);
        Add("designated", NpgsqlDbType.Integer, static plan => plan.After.DesignatedVersion);
        Add("designated_ids", NpgsqlDbType.Uuid, static plan => plan.After.DesignatedVersionId);
        Add("revisions", NpgsqlDbType.Bigint, static plan => plan.After.Revision);
        Add("labels", NpgsqlDbType.Text, static plan => plan.After.Labels.ToText());
        Add("locked", NpgsqlDbType.Text, static plan => plan.After.Locked);
        Add("models", NpgsqlDbType.Text, static plan => plan.After.Model);
        Add("before", NpgsqlDbType.Bigint, static plan => plan.Before.Revision);

        void Add<T>(string name, NpgsqlDbType type, Func<ChangePlan, T> value)
        {
            var values = new T[plans.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = value(plans[i]);
            parameters.Add(Array(name, type, values));
        }
    }

    private static void AddVersions(NpgsqlParameterCollection parameters, IReadOnlyList<ChangePlan> plans)
    {
        var count = 0;
        foreach (var plan in plans)
            count += plan.Versions.Count;
        var presets = new int[count];
        var versions = new PresetVersion[count];
        var next = 0;
        for (var i = 0; i < plans.Count; i++)
            foreach (var version in plans[i].Versions)
            {
                presets[next] = i + 1;
                versions[next++] = version;
            }

        parameters.Add(Array("v_presets", NpgsqlDbType.Integer, presets));
        Add("v_numbers", NpgsqlDbType.Integer, static version => version.Version);
        Add("v_ids", NpgsqlDbType.Uuid, static version => version.Id);
        Add("v_revisions", NpgsqlDbType.Bigint, static version => version.Revision);
        Add("v_creators", NpgsqlDbType.Text, static version => version.CreatorId);
        Add("v_bodies", NpgsqlDbType.Text, static version => version.Body is { } kind ? BodyKinds.NameOf(kind) : null);
        Add("v_configs", NpgsqlDbType.Text, static version => version.Config);
        Add("v_prompts", NpgsqlDbType.Text, static version => version.SystemPrompt);
        Add("v_keys", NpgsqlDbType.Bytea, static version => version.Key?.ToArray());
        Add("v_messages", NpgsqlDbType.Text, static version => version.Message);
        Add("v_requests", NpgsqlDbType.Uuid, static version => version.RequestId);
        Add("v_designates", NpgsqlDbType.Boolean, static version => version.Designates);
        Add("v_effects", NpgsqlDbType.Text, static version => version.Effects);
        parameters.Add(new NpgsqlParameter<int>("v_count", count));

        void Add<T>(string name, NpgsqlDbType type, Func<PresetVersion, T> value) =>
            parameters.Add(Array(name, type, System.Array.ConvertAll(versions, version => value(version))));
    }

    private static void AddHistory(NpgsqlParameterCollection parameters, IReadOnlyList<ChangePlan> plans)
    {
        var presets = new List<int>();
        var entries = new List<HistoryEntry>();
        for (var i = 0; i < plans.Count; i++)
            foreach (var entry in plans[i].History)
            {
                presets.Add(i + 1);
                entries.Add(entry);
            }

        parameters.Add(Array("c_presets", NpgsqlDbType.Integer, presets.ToArray()));
        Add("c_ids", NpgsqlDbType.Uuid, static entry => entry.Id);
        Add("c_revisions", NpgsqlDbType.Bigint, static entry => entry.Revision);
        Add("c_users", NpgsqlDbType.Text, static entry => entry.UserId);
        Add("c_keys", NpgsqlDbType.Bytea, static entry => entry.Key?.ToArray());
        Add("c_messages", NpgsqlDbType.Text, static entry => entry.Message);
        Add("c_requests", NpgsqlDbType.Uuid, static entry => entry.RequestId);
        Add("c_effects", NpgsqlDbType.Text, static entry => entry.Effects);

        void Add<T>(string name, NpgsqlDbType type, Converter<HistoryEntry, T> value) =>
            parameters.Add(Array(name, type, entries.ConvertAll(value).ToArray()));
    }

    private static void AddKeys(NpgsqlParameterCollection parameters, IReadOnlyList<ChangePlan> plans)
    {
        var presets = new List<int>();
        var keys = new List<UsedNow>();
        for (var i = 0; i < plans.Count; i++)
            foreach (var key in plans[i].Keys)
            {
                presets.Add(i + 1);
                keys.Add(key);
            }

        parameters.Add(Array("key_presets", NpgsqlDbType.Integer, presets.ToArray()));
        Add("key_workspaces", NpgsqlDbType.Uuid, presets, no => plans[no - 1].After.FullName.WorkspaceId);
        Add("keys", NpgsqlDbType.Text, keys, static key => key.Key.Key);
        Add("key_fingerprints", NpgsqlDbType.Bytea, keys, static key => key.Key.Fingerprint);
        Add("key_changes", NpgsqlDbType.Uuid, keys, static key => key.ChangeId);
        parameters.Add(new NpgsqlParameter<DateTimeOffset>("now", plans.Count == 0 ? default : plans[0].Time));

        void Add<TItem, T>(string name, NpgsqlDbType type, List<TItem> items, Converter<TItem, T> value) =>
            parameters.Add(Array(name, type, items.ConvertAll(value).ToArray()));
    }

    private static NpgsqlParameter<T[]> Array<T>(string name, NpgsqlDbType element, T[] values) =>
        new(name, NpgsqlDbType.Array | element) { TypedValue = values };
}
