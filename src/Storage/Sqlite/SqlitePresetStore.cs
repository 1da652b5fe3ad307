using System.Text;
using Microsoft.Data.Sqlite;

namespace Presets.Storage;

/// <summary>The appends of SQLite, on the writer's thread; appends that wait together share its transaction.</summary>
internal sealed class SqlitePresetStore(SqliteDatabase database, TimeProvider clock) : PresetStore(database)
{
    private readonly PresetRows read = new(database);

    /// <inheritdoc/>
    public override async Task<AppendResult> AppendAsync(PresetName key, IReadOnlyList<Draft> drafts)
    {
        try
        {
            var writer = database.Writer;
            return await writer.RunAsync(_ => Append(writer, key, drafts)).ConfigureAwait(false);
        }
        catch (SqliteException refused) when (SqliteFailure.IsRefusedValue(refused))
        {
            return drafts.Count == 1
                ? new AppendResult(null, [new DraftOutcome.Refused(RefusalCode.InvalidField, "The database refuses a value of this version.", refused)])
                : await SinglyAsync(key, drafts).ConfigureAwait(false);
        }
    }

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

    private AppendResult Append(SqliteWriter writer, PresetName key, IReadOnlyList<Draft> drafts)
    {
        var now = Timestamp.Now(clock);
        var preset = Find(writer, key);
        var isNew = preset is null;
        preset ??= AppendPlan.NewPreset(key, drafts[0], now);
        var plan = AppendPlan.Make(preset, drafts, FindStored(writer, drafts), FindKeys(writer, key, drafts, now), now);
        if (plan.Accepted.Count == 0)
            return isNew ? plan.Result with { Preset = null } : plan.Result;

        if (isNew)
            Insert(writer, plan.After);
        else
            Update(writer, plan.After);
        foreach (var (draft, place) in plan.Accepted)
        {
            Insert(writer, plan.After.Id, draft, place);
            if (draft.Idempotency is { } idempotency)
                Insert(writer, key, idempotency, draft.VersionId, now);
        }

        return plan.Result;
    }

    private Preset? Find(SqliteWriter writer, PresetName key)
    {
        var command = writer.Command(
            $"select {PresetRows.PresetColumns} from presets p where p.workspace_id = @workspace_id and p.slug = @slug", "workspace_id", "slug");
        Bind(command, key.WorkspaceId, key.Slug);
        using var row = command.ExecuteReader();
        return row.Read() ? read.ReadPreset(row) : null;
    }

    private Dictionary<Guid, PresetVersion> FindStored(SqliteWriter writer, IReadOnlyList<Draft> drafts)
    {
        var stored = new Dictionary<Guid, PresetVersion>();
        var command = writer.Command($"select {PresetRows.VersionColumns} from preset_versions v where v.id = @id", "id");
        foreach (var draft in drafts)
        {
            Bind(command, draft.VersionId);
            using var row = command.ExecuteReader();
            if (row.Read())
                stored[draft.VersionId] = read.ReadVersion(row);
        }

        return stored;
    }

    private Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)> FindKeys(
        SqliteWriter writer, PresetName key, IReadOnlyList<Draft> drafts, DateTimeOffset now)
    {
        var used = new Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)>();
        foreach (var draft in drafts)
        {
            if (draft.Idempotency is null)
                continue;
            var command = writer.Command(
                $"""
                select k.fingerprint, {PresetRows.VersionColumns}
                from idempotency_keys k
                join preset_versions v on v.id = k.version_id
                where k.workspace_id = @workspace_id and k.key = @key and k.created_at > @expired
                """,
                "workspace_id",
                "key",
                "expired");
            Bind(command, key.WorkspaceId, draft.Idempotency.Key, now - Idempotency.Lifetime);
            using var row = command.ExecuteReader();
            if (row.Read())
                used[draft.Idempotency.Key] = (row.GetFieldValue<byte[]>(0), read.ReadVersion(row, 1));
        }

        return used;
    }

    private static void Insert(SqliteWriter writer, Preset preset)
    {
        var command = writer.Command(
            """
            insert into presets (
                id, workspace_id, slug, name, description, status, creator_user_id, created_at, updated_at, status_updated_at,
                latest_version, designated_version, designated_version_id, revision)
            values (@id, @workspace_id, @slug, @name, null, 'active', @creator, @created_at, @updated_at, null, @latest, @latest, @designated_id, @revision)
            """,
            "id",
            "workspace_id",
            "slug",
            "name",
            "creator",
            "created_at",
            "updated_at",
            "latest",
            "designated_id",
            "revision");
        Bind(
            command,
            preset.Id,
            preset.Key.WorkspaceId,
            preset.Key.Slug,
            preset.Name,
            preset.CreatorUserId,
            preset.CreatedAt,
            preset.UpdatedAt,
            preset.LatestVersion,
            preset.DesignatedVersionId,
            preset.Revision);
        command.ExecuteNonQuery();
    }

    private static void Update(SqliteWriter writer, Preset preset)
    {
        var command = writer.Command(
            """
            update presets
            set latest_version = @latest, designated_version = @latest, designated_version_id = @designated_id, revision = @revision, updated_at = @now
            where id = @id
            """,
            "id",
            "latest",
            "designated_id",
            "revision",
            "now");
        Bind(command, preset.Id, preset.LatestVersion, preset.DesignatedVersionId, preset.Revision, preset.UpdatedAt);
        command.ExecuteNonQuery();
    }

    private static void Insert(SqliteWriter writer, Guid presetId, Draft draft, DraftOutcome.Stored place)
    {
        var command = writer.Command(
            """
            insert into preset_versions (preset_id, version, id, creator_id, created_at, config, system_prompt)
            values (@preset_id, @version, @id, @creator, @created_at, @config, @prompt)
            """,
            "preset_id",
            "version",
            "id",
            "creator",
            "created_at",
            "config",
            "prompt");
        Bind(
            command,
            presetId,
            place.Version,
            draft.VersionId,
            draft.CreatorId,
            place.CreatedAt,
            Encoding.UTF8.GetString(draft.Config.Span),
            draft.SystemPrompt is { } prompt ? Encoding.UTF8.GetString(prompt.Span) : null);
        command.ExecuteNonQuery();
    }

    private static void Insert(SqliteWriter writer, PresetName key, Idempotency idempotency, Guid versionId, DateTimeOffset now)
    {
        // An expired key gives way to the new one.
        var command = writer.Command(
            """
            insert or replace into idempotency_keys (workspace_id, key, fingerprint, version_id, created_at)
            values (@workspace_id, @key, @fingerprint, @version_id, @now)
            """,
            "workspace_id",
            "key",
            "fingerprint",
            "version_id",
            "now");
        Bind(command, key.WorkspaceId, idempotency.Key, idempotency.Fingerprint, versionId, now);
        command.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = SqliteDatabase.ToColumn(values[i]);
    }
}
