namespace Presets.Storage;

/// <summary>
/// How rows of <c>preset_versions</c> and <c>preset_changes</c> become the records of the history, on either engine.
/// </summary>
internal static class HistoryRows
{
    /// <summary>What a record takes of a version; the table goes by <c>v</c>.</summary>
    public const string VersionColumns =
        "coalesce(v.revision, v.version) as revision, v.created_at as at, v.creator_id as user_id, v.key_hash, "
        + "v.message, v.request_id, v.version, v.effects";

    /// <summary>The same of any other change; the table goes by <c>c</c>.</summary>
    public const string ChangeColumns =
        "c.revision, c.at, c.user_id, c.key_hash, c.message, c.request_id, cast(null as integer) as version, c.effects";

    /// <summary>
    /// What <see cref="Read"/> takes, in its order: a slug, these columns, the name of the key. The rows go by
    /// <c>r</c>.
    /// </summary>
    public static string RecordColumns(Database database, string slug) =>
        $"""
        {slug}, r.revision, r.at, r.user_id, r.key_hash, r.message, r.request_id, r.version, r.effects, (
                select k.name
                from api_keys k
                where k.hash = {(database.IsShared ? "encode(r.key_hash, 'hex')" : "lower(hex(r.key_hash))")}
                    and k.deleted_at is null)
        """;

    /// <summary>Reads <see cref="RecordColumns"/>.</summary>
    public static HistoryRecord Read(Row row)
    {
        var (slug, revision, at) = (row.Next<string>(), row.Next<long>(), row.Next<DateTimeOffset>());
        var userId = row.Next<string>();
        var key = row.Next<byte[]?>() is { } hash ? new KeyHash(hash) : default(KeyHash?);
        var (message, requestId) = (row.Next<string?>(), row.Next<Guid?>());
        var (version, effects) = (row.Next<int?>(), row.Next<string?>());
        return new HistoryRecord(
            slug,
            revision,
            at,
            userId,
            key,
            row.Next<string?>(),
            message,
            requestId,
            effects ?? Effect.OfVersion(version!.Value));
    }
}
