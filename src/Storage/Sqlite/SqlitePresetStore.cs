using Microsoft.Data.Sqlite;

namespace Presets.Storage;

/// <summary>
/// The tables of presets and versions in SQLite. Commits run on the writer's thread; those that wait together share its
/// transaction.
/// </summary>
internal sealed class SqlitePresetStore(SqliteDatabase database, TimeProvider clock) : PresetStore(database, clock)
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
        var now = Timestamp.Now(Clock);
        var head = Find(writer, name);
        var state = head?.Preset ?? Preset.New(name, changes[0].UserId, now);
        var facts = new ChangeFacts(
            FindStoredVersions(writer, changes),
            FindStoredChanges(writer, changes),
            FindKeys(writer, name, changes, now),
            FindVersions(writer, head, changes));
        var plan = ChangePlan.Make(state, changes, facts, now);
        if (plan.Writes)
            foreach (var (sql, values) in PlanRows.Of(plan))
                writer.Execute(sql, values);
        return plan.Result;
    }

    private PresetHead? Find(SqliteWriter writer, PresetName name)
    {
        using var reader = writer.Command(PresetRows.FindHead, name.WorkspaceId, name.Slug).ExecuteReader();
        return reader.Read() ? PresetRows.ReadHead(new Row(database, reader)) : null;
    }

    private List<PresetVersion> FindVersions(SqliteWriter writer, PresetHead? head, IReadOnlyList<Change> changes)
    {
        if (head is null)
            return [];
        List<PresetVersion> versions = [head.Designated];
        foreach (var change in changes)
            if (change.NeededVersion is { } needed)
            {
                using var reader = writer.Command(
                    $"""
                    select {PresetRows.VersionColumns}
                    from preset_versions v
                    where v.preset_id = $1 and v.version = $2
                    """,
                    head.Preset.Id, needed == 0 ? head.Preset.LatestVersion : needed).ExecuteReader();
                if (reader.Read())
                    versions.Add(PresetRows.ReadVersion(new Row(database, reader)));
            }

        return versions;
    }

    private HashSet<Guid> FindStoredChanges(SqliteWriter writer, IReadOnlyList<Change> changes)
    {
        var stored = new HashSet<Guid>();
        foreach (var change in changes)
        {
            using var reader = writer.Command("select 1 from preset_changes where id = $1", change.Id).ExecuteReader();
            if (reader.Read())
                stored.Add(change.Id);
        }

        return stored;
    }

    private Dictionary<Guid, PresetVersion> FindStoredVersions(SqliteWriter writer, IReadOnlyList<Change> changes)
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
                select {PresetRows.UsedKeyColumns}
                from idempotency_keys i
                left join preset_versions v on v.id = i.version_id
                where i.workspace_id = $1 and i.key = $2 and i.created_at > $3
                """,
                name.WorkspaceId, request.Key, now - Idempotency.Lifetime).ExecuteReader();
            if (row.Read())
                used[request.Key] = PresetRows.ReadUsedKey(new Row(database, row));
        }

        return used;
    }
}
