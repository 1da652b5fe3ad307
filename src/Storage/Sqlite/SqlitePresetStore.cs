using System.Text;
using Microsoft.Data.Sqlite;

namespace Presets.Storage;

/// <summary>
/// The tables of presets and versions in SQLite. Commits run on the writer's thread; those that wait together share its
/// transaction.
/// </summary>
internal sealed class SqlitePresetStore(SqliteDatabase database, TimeProvider clock) : PresetStore(database)
{
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
        using var row = writer.Command(PresetRows.FindPreset, name.WorkspaceId, name.Slug).ExecuteReader();
        return row.Read() ? PresetRows.ReadPreset(new Row(database, row)) : null;
    }

    private Dictionary<Guid, PresetVersion> FindStored(SqliteWriter writer, IReadOnlyList<Change> changes)
    {
        var stored = new Dictionary<Guid, PresetVersion>();
        foreach (var change in changes)
        {
            using var row = writer.Command(
                $"select {PresetRows.VersionColumns} from preset_versions v where v.id = $1", change.Id)
                .ExecuteReader();
            if (row.Read())
                stored[change.Id] = PresetRows.ReadVersion(new Row(database, row));
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
            using var row = writer.Command(
                $"""
                select i.fingerprint, {PresetRows.VersionColumns}
                from idempotency_keys i
                left join preset_versions v on v.id = i.version_id
                where i.workspace_id = $1 and i.key = $2 and i.created_at > $3
                """,
                name.WorkspaceId, request.Key, now - Idempotency.Lifetime).ExecuteReader();
            if (row.Read())
                used[request.Key] = new UsedKey(
                    row.GetFieldValue<byte[]>(0),
                    row.IsDBNull(1) ? null : PresetRows.ReadVersion(new Row(database, row, 1)));
        }

        return used;
    }

    private static void Insert(SqliteWriter writer, Preset preset) =>
        writer.Execute(
            """
            insert into presets (
                id, workspace_id, slug, creator_user_id, created_at, name, description, status, updated_at,
                status_updated_at, latest_version, designated_version, designated_version_id, revision, listed_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $9)
            """,
            preset.Id, preset.FullName.WorkspaceId, preset.FullName.Slug, preset.CreatorUserId, preset.CreatedAt,
            preset.Name, preset.Description, PresetRows.NameOf(preset.Status), preset.UpdatedAt,
            preset.StatusUpdatedAt, preset.LatestVersion, preset.DesignatedVersion, preset.DesignatedVersionId,
            preset.Revision);

    private static void Update(SqliteWriter writer, Preset preset) =>
        writer.Execute(
            """
            update presets
            set name = $1, description = $2, status = $3, updated_at = $4, status_updated_at = $5, latest_version = $6,
                designated_version = $7, designated_version_id = $8, revision = $9
            where id = $10
            """,
            preset.Name, preset.Description, PresetRows.NameOf(preset.Status), preset.UpdatedAt,
            preset.StatusUpdatedAt, preset.LatestVersion, preset.DesignatedVersion, preset.DesignatedVersionId,
            preset.Revision, preset.Id);

    private static void Insert(SqliteWriter writer, PresetVersion version) =>
        writer.Execute(
            """
            insert into preset_versions (
                preset_id, version, id, revision, creator_id, created_at, body, config, system_prompt)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            version.PresetId, version.Version, version.Id, version.Revision, version.CreatorId, version.CreatedAt,
            version.Body is { } kind ? BodyKinds.NameOf(kind) : null,
            Encoding.UTF8.GetString(version.Config.Span),
            version.SystemPrompt is { } prompt ? Encoding.UTF8.GetString(prompt.Span) : null);

    // A key that is out of date, or whose version is gone, gives way to the new one.
    private static void Insert(SqliteWriter writer, PresetName name, Idempotency key, PresetVersion version) =>
        writer.Execute(
            """
            insert or replace into idempotency_keys (workspace_id, key, fingerprint, version_id, created_at)
            values ($1, $2, $3, $4, $5)
            """,
            name.WorkspaceId, key.Key, key.Fingerprint, version.Id, version.CreatedAt);
}
