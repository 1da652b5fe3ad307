using System.Data.Common;

namespace Presets.Storage;

/// <summary>How a row becomes a preset or a version, on either engine.</summary>
internal sealed class PresetRows(Database database)
{
    /// <summary>The columns that <see cref="ReadPreset"/> takes, in its order; the table goes by <c>p</c>.</summary>
    public const string PresetColumns =
        "p.id, p.workspace_id, p.slug, p.name, p.description, p.status, p.creator_user_id, p.created_at, p.updated_at, "
        + "p.status_updated_at, p.latest_version, p.designated_version, p.designated_version_id, p.revision";

    /// <summary>
    /// The columns that <see cref="ReadVersion"/> takes, in its order; the table goes by <c>v</c>. Until revisions were
    /// recorded every change was a version, so the two numbers were the same.
    /// </summary>
    public const string VersionColumns =
        "v.id, v.preset_id, v.version, coalesce(v.revision, v.version), v.creator_id, v.created_at, v.body, v.config, "
        + "v.system_prompt";

    /// <summary>How many <see cref="PresetColumns"/> there are.</summary>
    public const int PresetColumnCount = 14;

    /// <summary>Reads <see cref="PresetColumns"/> from <paramref name="column"/> on.</summary>
    public Preset ReadPreset(DbDataReader row, int column = 0) =>
        new(
            database.ReadGuid(row, column),
            new PresetName(database.ReadGuid(row, column + 1), row.GetString(column + 2)),
            row.GetString(column + 3),
            row.IsDBNull(column + 4) ? null : row.GetString(column + 4),
            ReadStatus(row.GetString(column + 5)),
            row.GetString(column + 6),
            database.ReadTime(row, column + 7),
            database.ReadTime(row, column + 8),
            database.ReadTimeOrNull(row, column + 9),
            row.GetInt32(column + 10),
            row.GetInt32(column + 11),
            database.ReadGuid(row, column + 12),
            row.GetInt64(column + 13));

    /// <summary>Reads <see cref="VersionColumns"/> from <paramref name="column"/> on.</summary>
    public PresetVersion ReadVersion(DbDataReader row, int column = 0) =>
        new(
            database.ReadGuid(row, column),
            database.ReadGuid(row, column + 1),
            row.GetInt32(column + 2),
            row.GetInt64(column + 3),
            row.GetString(column + 4),
            database.ReadTime(row, column + 5),
            row.IsDBNull(column + 6) ? null : BodyKinds.Parse(row.GetString(column + 6)),
            row.GetFieldValue<byte[]>(column + 7),
            row.IsDBNull(column + 8) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(column + 8));

    /// <summary>The word for a status.</summary>
    public static string NameOf(PresetStatus status) =>
        status switch
        {
            PresetStatus.Active => "active",
            PresetStatus.Disabled => "disabled",
            _ => "archived",
        };

    private static PresetStatus ReadStatus(string status) =>
        status switch
        {
            "active" => PresetStatus.Active,
            "disabled" => PresetStatus.Disabled,
            _ => PresetStatus.Archived,
        };
}
