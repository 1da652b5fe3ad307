using System.Text;
using Microsoft.Data.Sqlite;

namespace Presets.Storage;

/// <summary>
/// The tables of presets and versions in SQLite. Commits run on the writer's thread; those that wait together share its
/// transaction.
/// </summary>
internal sealed class SqlitePresetStore(SqliteDatabase database, TimeProvider clock) : PresetStore(database)
{
    private static readonly string[] StateParameters =
    [
        "name", "description", "status", "updated_at", "status_updated_at", "latest", "designated", "designated_id",
        "revision",
    ];

    private readonly PresetRows read = new(database);

    /// <inheritdoc/>
    public override async Task<CommitResult> CommitAsync(CommitRequest request)
    {
        try
        {
            var writer = database.Writer;
            return await writer.RunAsync(_ => Commit(writer, request), request.ArrivedAt).ConfigureAwait(false);
        }
        catch (SqliteException refused) when (SqliteFailure.IsRefusedValue(refused))
        {
            return await OneByOneAsync(request, refused, CommitAsync).ConfigureAwait(false);
        }
    }

    private CommitResult Commit(SqliteWriter writer, CommitRequest request)
    {
        var (name, _, changes, _) = request;
        var now = Timestamp.Now(clock);
        var state = Find(writer, name) ?? Preset.New(name, changes[0].UserId, now);
        var facts = new ChangeFacts(FindStored(writer, changes), FindKeys(writer, name, changes, now));
        var plan = ChangePlan.Make(state, changes, facts, now);
        if (!plan.Writes)
            return plan.Result;

        if (state.IsNew)
            Insert(writer, plan.After);
        else
            Update(writer, plan.After);
        foreach (var version in plan.Versions)
            Insert(writer, version);
        foreach (var (key, version) in plan.Keys)
            Insert(writer, name, key, version);
        return plan.Result;
    }

    private Preset? Find(SqliteWriter writer, PresetName name)
    {
        var command = writer.Command(
            $"select {PresetRows.PresetColumns} from presets p where p.workspace_id = @workspace_id and p.slug = @slug",
            "workspace_id",
            "slug");
        Bind(command, name.WorkspaceId, name.Slug);
        using var row = command.ExecuteReader();
        return row.Read() ? read.ReadPreset(row) : null;
    }

    private Dictionary<Guid, PresetVersion> FindStored(SqliteWriter writer, IReadOnlyList<Change> changes)
    {
        var stored = new Dictionary<Guid, PresetVersion>();
        var command = writer.Command(
            $"select {PresetRows.VersionColumns} from preset_versions v where v.id = @id", "id");
        foreach (var change in changes)
        {
            Bind(command, change.Id);
            using var row = command.ExecuteReader();
            if (row.Read())
                stored[change.Id] = read.ReadVersion(row);
        }

        return stored;
    }

    private Dictionary<string, UsedKey> FindKeys(
        SqliteWriter writer, PresetName name, IReadOnlyList<Change> changes, DateTimeOffset now)
    {
        var used = new Dictionary<string, UsedKey>();
        foreach (var change in changes)
        {
            if (change.Idempotency is not { } request)
                continue;
            var command = writer.Command(
                $"""
                select i.fingerprint, {PresetRows.VersionColumns}
                from idempotency_keys i
                left join preset_versions v on v.id = i.version_id
                where i.workspace_id = @workspace_id and i.key = @key and i.created_at > @expired
                """,
                "workspace_id",
                "key",
                "expired");
            Bind(command, name.WorkspaceId, request.Key, now - Idempotency.Lifetime);
            using var row = command.ExecuteReader();
            if (row.Read())
                used[request.Key] = new UsedKey(
                    row.GetFieldValue<byte[]>(0), row.IsDBNull(1) ? null : read.ReadVersion(row, 1));
        }

        return used;
    }

    private static void Insert(SqliteWriter writer, Preset preset)
    {
        var command = writer.Command(
            """
            insert into presets (
                id, workspace_id, slug, creator_user_id, created_at, name, description, status, updated_at,
                status_updated_at, latest_version, designated_version, designated_version_id, revision)
            values (
                @id, @workspace_id, @slug, @creator, @created_at, @name, @description, @status, @updated_at,
                @status_updated_at, @latest, @designated, @designated_id, @revision)
            """,
            ["id", "workspace_id", "slug", "creator", "created_at", .. StateParameters]);
        Bind(
            command,
            [
                preset.Id,
                preset.FullName.WorkspaceId,
                preset.FullName.Slug,
                preset.CreatorUserId,
                preset.CreatedAt,
                .. State(preset),
            ]);
        command.ExecuteNonQuery();
    }

    private static void Update(SqliteWriter writer, Preset preset)
    {
        var command = writer.Command(
            """
            update presets
            set name = @name,
                description = @description,
                status = @status,
                updated_at = @updated_at,
                status_updated_at = @status_updated_at,
                latest_version = @latest,
                designated_version = @designated,
                designated_version_id = @designated_id,
                revision = @revision
            where id = @id
            """,
            ["id", .. StateParameters]);
        Bind(command, [preset.Id, .. State(preset)]);
        command.ExecuteNonQuery();
    }

    private static object?[] State(Preset preset) =>
    [
        preset.Name,
        preset.Description,
        PresetRows.NameOf(preset.Status),
        preset.UpdatedAt,
        preset.StatusUpdatedAt,
        preset.LatestVersion,
        preset.DesignatedVersion,
        preset.DesignatedVersionId,
        preset.Revision,
    ];

    private static void Insert(SqliteWriter writer, PresetVersion version)
    {
        var command = writer.Command(
            """
            insert into preset_versions (
                preset_id, version, id, revision, creator_id, created_at, body, config, system_prompt)
            values (@preset_id, @version, @id, @revision, @creator, @created_at, @body, @config, @prompt)
            """,
            "preset_id",
            "version",
            "id",
            "revision",
            "creator",
            "created_at",
            "body",
            "config",
            "prompt");
        Bind(
            command,
            version.PresetId,
            version.Version,
            version.Id,
            version.Revision,
            version.CreatorId,
            version.CreatedAt,
            version.Body is { } kind ? BodyKinds.NameOf(kind) : null,
            Encoding.UTF8.GetString(version.Config.Span),
            version.SystemPrompt is { } prompt ? Encoding.UTF8.GetString(prompt.Span) : null);
        command.ExecuteNonQuery();
    }

    private static void Insert(SqliteWriter writer, PresetName name, Idempotency key, PresetVersion version)
    {
        // A key that is out of date, or whose version is gone, gives way to the new one.
        var command = writer.Command(
            """
            insert or replace into idempotency_keys (workspace_id, key, fingerprint, version_id, created_at)
            values (@workspace_id, @key, @fingerprint, @version_id, @created_at)
            """,
            "workspace_id",
            "key",
            "fingerprint",
            "version_id",
            "created_at");
        Bind(command, name.WorkspaceId, key.Key, key.Fingerprint, version.Id, version.CreatedAt);
        command.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = SqliteDatabase.ToColumn(values[i]);
    }
}
