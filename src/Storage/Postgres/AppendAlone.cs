using Npgsql;
using NpgsqlTypes;

namespace Presets.Storage;

/// <summary>
/// The drafts of one preset in a transaction of their own, which waits for the head row, looks at everything and lets <see cref="AppendPlan"/> decide.
/// </summary>
internal sealed class AppendAlone(PostgresDatabase database, TimeProvider clock)
{
    private readonly PresetRows read = new(database);

    /// <summary>Appends; a draft that the database refuses is refused alone.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<AppendResult> AppendAsync(PresetName key, IReadOnlyList<Draft> drafts)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await PostgresDatabase.WriteAsync(
                    database.AppendSource,
                    connection => AppendAsync((NpgsqlConnection)connection, key, drafts),
                    CancellationToken.None).ConfigureAwait(false);
            }
            catch (KeyTakenException) when (attempt < 5)
            {
                // Another preset's append has just stored one of the keys: the next attempt sees it.
            }
            catch (KeyTakenException taken)
            {
                throw new StoreException(StoreFailure.NotStored, "An idempotency key changed hands too often.", taken);
            }
            catch (PostgresException stored) when (PostgresFailure.IsUniqueViolation(stored, "preset_versions_id_key") && attempt < 5)
            {
                // The first attempt of the same draft, in another batch, has just committed.
            }
            catch (PostgresException refused) when (PostgresFailure.IsRefusedValue(refused))
            {
                return drafts.Count == 1 ? Refused(refused) : await SinglyAsync(key, drafts).ConfigureAwait(false);
            }
    }

    private static AppendResult Refused(PostgresException exception) =>
        new(null, [new DraftOutcome.Refused(RefusalCode.InvalidField, "The database refuses a value of this version.", exception)]);

    private async Task<AppendResult> SinglyAsync(PresetName key, IReadOnlyList<Draft> drafts)
    {
        Preset? preset = null;
        var outcomes = new List<DraftOutcome>(drafts.Count);
        foreach (var draft in drafts)
        {
            var result = await AppendAsync(key, [draft]).ConfigureAwait(false);
            preset = result.Preset ?? preset;
            outcomes.AddRange(result.Outcomes);
        }

        return new AppendResult(preset, outcomes);
    }

    private async Task<AppendResult> AppendAsync(NpgsqlConnection connection, PresetName key, IReadOnlyList<Draft> drafts)
    {
        var now = Timestamp.Now(clock);
        var preset = await LockAsync(connection, key).ConfigureAwait(false);
        var isNew = preset is null;
        if (preset is null)
        {
            preset = AppendPlan.NewPreset(key, drafts[0], now);
            if (!await InsertPresetAsync(connection, preset).ConfigureAwait(false))
            {
                // Somebody else made it, and the insert has waited for them.
                isNew = false;
                preset = await LockAsync(connection, key).ConfigureAwait(false)
                    ?? throw new StoreException(StoreFailure.NotStored, "The preset was made and removed meanwhile.");
            }
        }

        // After the lock, in statements of their own: what any earlier attempt has stored is visible now.
        var storedIds = await FindStoredAsync(connection, drafts).ConfigureAwait(false);
        var (usedKeys, abandoned) = await FindKeysAsync(connection, key, drafts, now).ConfigureAwait(false);
        var plan = AppendPlan.Make(preset, drafts, storedIds, usedKeys, now);
        if (plan.Accepted.Count > 0)
        {
            await InsertVersionsAsync(connection, plan).ConfigureAwait(false);
            await UpdatePresetAsync(connection, plan.After).ConfigureAwait(false);
            await InsertKeysAsync(connection, key, plan, abandoned, now).ConfigureAwait(false);
        }
        else if (isNew)
        {
            await DeletePresetAsync(connection, preset).ConfigureAwait(false);
            return plan.Result with { Preset = null };
        }

        return plan.Result;
    }

    private async Task<Preset?> LockAsync(NpgsqlConnection connection, PresetName key)
    {
        await using var command = new NpgsqlCommand(
            $"select {PresetRows.PresetColumns} from presets p where p.workspace_id = @workspace_id and p.slug = @slug for no key update",
            connection);
        command.Parameters.AddWithValue("workspace_id", key.WorkspaceId);
        command.Parameters.AddWithValue("slug", key.Slug);
        await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        return await row.ReadAsync().ConfigureAwait(false) ? read.ReadPreset(row) : null;
    }

    private static async Task<bool> InsertPresetAsync(NpgsqlConnection connection, Preset preset)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into presets (
                id, workspace_id, slug, name, description, status, creator_user_id, created_at, updated_at, status_updated_at,
                latest_version, designated_version, designated_version_id, revision)
            values (@id, @workspace_id, @slug, @slug, null, 'active', @creator, @now, @now, null, 0, 0, @id, 0)
            on conflict on constraint presets_workspace_id_slug_key do nothing
            """,
            connection);
        command.Parameters.AddWithValue("id", preset.Id);
        command.Parameters.AddWithValue("workspace_id", preset.Key.WorkspaceId);
        command.Parameters.AddWithValue("slug", preset.Key.Slug);
        command.Parameters.AddWithValue("creator", preset.CreatorUserId);
        command.Parameters.AddWithValue("now", preset.CreatedAt);
        return await command.ExecuteNonQueryAsync().ConfigureAwait(false) == 1;
    }

    private static async Task DeletePresetAsync(NpgsqlConnection connection, Preset preset)
    {
        await using var command = new NpgsqlCommand("delete from presets where id = @id", connection);
        command.Parameters.AddWithValue("id", preset.Id);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private async Task<Dictionary<Guid, PresetVersion>> FindStoredAsync(NpgsqlConnection connection, IReadOnlyList<Draft> drafts)
    {
        await using var command = new NpgsqlCommand($"select {PresetRows.VersionColumns} from preset_versions v where v.id = any(@ids)", connection);
        command.Parameters.AddWithValue("ids", drafts.Select(draft => draft.VersionId).ToArray());
        var stored = new Dictionary<Guid, PresetVersion>();
        await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        while (await row.ReadAsync().ConfigureAwait(false))
            stored[row.GetGuid(0)] = read.ReadVersion(row);
        return stored;
    }

    /// <summary>The keys in use, and the version ids of keys whose version somebody has removed from the table.</summary>
    private async Task<(Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)> Used, Dictionary<string, Guid> Abandoned)> FindKeysAsync(
        NpgsqlConnection connection, PresetName key, IReadOnlyList<Draft> drafts, DateTimeOffset now)
    {
        var used = new Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)>();
        var abandoned = new Dictionary<string, Guid>();
        var keys = drafts.Where(draft => draft.Idempotency is not null).Select(draft => draft.Idempotency!.Key).ToArray();
        if (keys.Length == 0)
            return (used, abandoned);
        await using var command = new NpgsqlCommand(
            $"""
            select k.key, k.fingerprint, k.version_id, {PresetRows.VersionColumns}
            from idempotency_keys k
            left join preset_versions v on v.id = k.version_id
            where k.workspace_id = @workspace_id and k.key = any(@keys) and k.created_at > @expired
            """,
            connection);
        command.Parameters.AddWithValue("workspace_id", key.WorkspaceId);
        command.Parameters.AddWithValue("keys", keys);
        command.Parameters.AddWithValue("expired", now - Idempotency.Lifetime);
        await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        while (await row.ReadAsync().ConfigureAwait(false))
            if (row.IsDBNull(3))
                abandoned[row.GetString(0)] = row.GetGuid(2);
            else
                used[row.GetString(0)] = (row.GetFieldValue<byte[]>(1), read.ReadVersion(row, 3));
        return (used, abandoned);
    }

    private static async Task InsertVersionsAsync(NpgsqlConnection connection, AppendPlan plan)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into preset_versions (preset_id, version, id, creator_id, created_at, config, system_prompt)
            select @preset_id, d.version, d.id, d.creator_id, @created_at, d.config, d.system_prompt
            from unnest(@versions, @ids, @creators, @configs, @prompts) as d(version, id, creator_id, config, system_prompt)
            """,
            connection);
        var accepted = plan.Accepted;
        command.Parameters.AddWithValue("preset_id", plan.After.Id);
        command.Parameters.AddWithValue("created_at", plan.After.UpdatedAt);
        command.Parameters.AddWithValue("versions", accepted.Select(each => each.Place.Version).ToArray());
        command.Parameters.AddWithValue("ids", accepted.Select(each => each.Draft.VersionId).ToArray());
        command.Parameters.AddWithValue("creators", accepted.Select(each => each.Draft.CreatorId).ToArray());
        command.Parameters.AddWithValue(
            "configs", NpgsqlDbType.Array | NpgsqlDbType.Text, accepted.Select(each => each.Draft.Config).ToArray());
        command.Parameters.AddWithValue(
            "prompts", NpgsqlDbType.Array | NpgsqlDbType.Text, accepted.Select(each => each.Draft.SystemPrompt).ToArray());
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static async Task UpdatePresetAsync(NpgsqlConnection connection, Preset after)
    {
        await using var command = new NpgsqlCommand(
            """
            update presets
            set latest_version = @latest, designated_version = @latest, designated_version_id = @designated_id, revision = @revision, updated_at = @now
            where id = @id
            """,
            connection);
        command.Parameters.AddWithValue("id", after.Id);
        command.Parameters.AddWithValue("latest", after.LatestVersion);
        command.Parameters.AddWithValue("designated_id", after.DesignatedVersionId);
        command.Parameters.AddWithValue("revision", after.Revision);
        command.Parameters.AddWithValue("now", after.UpdatedAt);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <summary>Last in the transaction, so that waiting for another holder of the same key holds up nothing but this preset.</summary>
    private static async Task InsertKeysAsync(
        NpgsqlConnection connection, PresetName key, AppendPlan plan, Dictionary<string, Guid> abandoned, DateTimeOffset now)
    {
        // A row that this statement had to wait for is compared as it is now, but a subquery would still see the tables as they were before: so
        // whether a key's version is gone has been asked earlier.
        foreach (var (draft, _) in plan.Accepted.Where(each => each.Draft.Idempotency is not null).OrderBy(each => each.Draft.Idempotency!.Key, StringComparer.Ordinal))
        {
            await using var command = new NpgsqlCommand(
                """
                insert into idempotency_keys as k (workspace_id, key, fingerprint, version_id, created_at)
                values (@workspace_id, @key, @fingerprint, @version_id, @now)
                on conflict on constraint idempotency_keys_pkey do update
                set fingerprint = excluded.fingerprint, version_id = excluded.version_id, created_at = excluded.created_at
                where k.created_at <= @expired or k.version_id = @abandoned
                """,
                connection);
            command.Parameters.AddWithValue("workspace_id", key.WorkspaceId);
            command.Parameters.AddWithValue("key", draft.Idempotency!.Key);
            command.Parameters.AddWithValue("fingerprint", draft.Idempotency.Fingerprint);
            command.Parameters.AddWithValue("version_id", draft.VersionId);
            command.Parameters.AddWithValue("now", now);
            command.Parameters.AddWithValue("expired", now - Idempotency.Lifetime);
            command.Parameters.AddWithValue("abandoned", abandoned.GetValueOrDefault(draft.Idempotency.Key));
            if (await command.ExecuteNonQueryAsync().ConfigureAwait(false) == 0)
                throw new KeyTakenException();
        }
    }

    /// <summary>Another transaction has stored one of the idempotency keys since they were looked up.</summary>
    private sealed class KeyTakenException : Exception;
}
