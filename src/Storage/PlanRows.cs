namespace Presets.Storage;

/// <summary>The statements that carry out one plan, for both engines.</summary>
internal static class PlanRows
{
    /// <summary>The statements in their order, each with its values for <c>$1</c>, <c>$2</c> ...</summary>
    public static IEnumerable<(string Sql, object?[] Values)> Of(ChangePlan plan)
    {
        yield return plan.Removes ? Delete(plan.Before)
            : plan.Before.IsNew ? Insert(plan.After, plan.Time)
            : Update(plan.After);
        if (plan.Removes)
            yield return ("insert into preset_purges (preset_id) values ($1)", [plan.Before.Id]);
        foreach (var version in plan.Versions)
            yield return Insert(version);
        foreach (var entry in plan.History)
            yield return Insert(entry);
        foreach (var key in plan.Keys)
            yield return Insert(plan, key);
    }

    /// <summary>Inserts a head.</summary>
    /// <param name="listedAt">Its place in the list; null when the upkeep is to give it one.</param>
    /// <param name="importedRevision">The revision that it comes with from elsewhere.</param>
    public static (string Sql, object?[] Values) Insert(
        Preset preset, DateTimeOffset? listedAt, long? importedRevision = null) => (
        """
        insert into presets (
            id, workspace_id, slug, creator_user_id, created_at, name, description, status, updated_at,
            status_updated_at, latest_version, designated_version, designated_version_id, revision, labels, locked,
            model, listed_at, imported_revision)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        """,
        [
            preset.Id, preset.FullName.WorkspaceId, preset.FullName.Slug, preset.CreatorUserId, preset.CreatedAt,
            preset.Name, preset.Description, PresetRows.NameOf(preset.Status), preset.UpdatedAt,
            preset.StatusUpdatedAt, preset.LatestVersion, preset.DesignatedVersion, preset.DesignatedVersionId,
            preset.Revision, preset.Labels.ToText(), preset.Locked, preset.Model, listedAt, importedRevision,
        ]);

    private static (string, object?[]) Update(Preset preset) => (
        """
        update presets
        set name = $1, description = $2, status = $3, updated_at = $4, status_updated_at = $5, latest_version = $6,
            designated_version = $7, designated_version_id = $8, revision = $9, labels = $10, locked = $11, model = $12
        where id = $13
        """,
        [
            preset.Name, preset.Description, PresetRows.NameOf(preset.Status), preset.UpdatedAt,
            preset.StatusUpdatedAt, preset.LatestVersion, preset.DesignatedVersion, preset.DesignatedVersionId,
            preset.Revision, preset.Labels.ToText(), preset.Locked, preset.Model, preset.Id,
        ]);

    private static (string, object?[]) Delete(Preset preset) => ("delete from presets where id = $1", [preset.Id]);

    /// <summary>Inserts a version; revision 0 is none.</summary>
    public static (string Sql, object?[] Values) Insert(PresetVersion version) => (
        """
        insert into preset_versions (
            preset_id, version, id, revision, creator_id, created_at, body, config, system_prompt, key_hash, message,
            request_id, designates, effects)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        [
            version.PresetId, version.Version, version.Id, version.Revision is 0 ? null : version.Revision,
            version.CreatorId, version.CreatedAt,
            version.Body is { } kind ? BodyKinds.NameOf(kind) : null,
            Text(version.Config),
            version.SystemPrompt is { } prompt ? Text(prompt) : null,
            version.Key?.ToArray(), version.Message, version.RequestId, version.Designates, version.Effects,
        ]);

    /// <summary>Inserts a change that is not a version.</summary>
    public static (string Sql, object?[] Values) Insert(HistoryEntry entry) => (
        """
        insert into preset_changes (
            id, workspace_id, preset_id, slug, revision, at, user_id, key_hash, message, request_id, effects)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        [
            entry.Id, entry.Name.WorkspaceId, entry.PresetId, entry.Name.Slug, entry.Revision, entry.At, entry.UserId,
            entry.Key?.ToArray(), entry.Message, entry.RequestId, entry.Effects,
        ]);

    // A key that is out of date gives way.
    private static (string, object?[]) Insert(ChangePlan plan, UsedNow key) => (
        """
        insert into idempotency_keys (workspace_id, key, fingerprint, version_id, preset_id, created_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (workspace_id, key) do update
        set fingerprint = excluded.fingerprint, version_id = excluded.version_id, preset_id = excluded.preset_id,
            created_at = excluded.created_at
        """,
        [
            plan.Before.FullName.WorkspaceId, key.Key.Key, key.Key.Fingerprint, key.ChangeId, key.PresetId, plan.Time,
        ]);

    private static string Text(ReadOnlyMemory<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8.Span);
}
