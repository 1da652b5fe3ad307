namespace Presets.Storage;

/// <summary>How a row becomes a preset or a version, on either engine.</summary>
internal static class PresetRows
{
    /// <summary>The columns that <see cref="ReadPreset"/> takes, in its order; the table goes by <c>p</c>.</summary>
    public const string PresetColumns =
        "p.id, p.workspace_id, p.slug, p.name, p.description, p.status, p.creator_user_id, p.created_at, p.updated_at, "
        + "p.status_updated_at, p.latest_version, p.designated_version, p.designated_version_id, p.revision, "
        + "p.labels, p.locked, p.model";

    /// <summary>
    /// The columns that <see cref="ReadVersion"/> takes, in its order; the table goes by <c>v</c>. Until revisions were
    /// recorded every change was a version, so the two numbers were the same.
    /// </summary>
    public const string VersionColumns =
        "v.id, v.preset_id, v.version, coalesce(v.revision, v.version), v.creator_id, v.created_at, v.body, v.config, "
        + "v.system_prompt, v.message, v.designates";

    /// <summary>
    /// The columns that <see cref="ReadWholeVersion"/> takes, in its order: every one. The revision is 0 when none is
    /// recorded.
    /// </summary>
    public const string WholeVersionColumns = VersionColumns + ", v.revision, v.key_hash, v.request_id, v.effects";

    /// <summary>
    /// The columns that <see cref="ReadUsedKey"/> takes, in its order; the table goes by <c>i</c>, its version by
    /// <c>v</c>.
    /// </summary>
    public const string UsedKeyColumns = $"i.fingerprint, i.preset_id, v.id is not null, {VersionColumns}";

    /// <summary>
    /// Finds a preset's <see cref="PresetColumns"/> and its designated version's <see cref="VersionColumns"/> by its
    /// workspace and its slug.
    /// </summary>
    public const string FindHead =
        $"""
        select {PresetColumns}, {VersionColumns}
        from presets p
        join preset_versions v on v.preset_id = p.id and v.version = p.designated_version
        where p.workspace_id = $1 and p.slug = $2
        """;

    /// <summary>Finds a preset's <see cref="PresetColumns"/> by its workspace and its slug.</summary>
    public const string FindPreset =
        $"select {PresetColumns} from presets p where p.workspace_id = $1 and p.slug = $2";

    /// <summary>Reads what <see cref="FindHead"/> finds.</summary>
    public static PresetHead ReadHead(Row row) => new(ReadPreset(row), ReadVersion(row));

    /// <summary>Reads <see cref="PresetColumns"/>.</summary>
    public static Preset ReadPreset(Row row) =>
        new(
            row.Next<Guid>(),
            new PresetName(row.Next<Guid>(), row.Next<string>()),
            row.Next<string>(),
            row.Next<string?>(),
            ReadStatus(row.Next<string>()),
            row.Next<string>(),
            row.Next<DateTimeOffset>(),
            row.Next<DateTimeOffset>(),
            row.Next<DateTimeOffset?>(),
            row.Next<int>(),
            row.Next<int>(),
            row.Next<Guid>(),
            row.Next<long>())
        {
            Labels = LabelSet.Parse(row.Next<string?>()),
            Locked = row.Next<string?>(),
            Model = row.Next<string?>(),
        };

    /// <summary>Reads <see cref="VersionColumns"/>.</summary>
    public static PresetVersion ReadVersion(Row row) =>
        new(
            row.Next<Guid>(),
            row.Next<Guid>(),
            row.Next<int>(),
            row.Next<long>(),
            row.Next<string>(),
            row.Next<DateTimeOffset>(),
            row.Next<string?>() is { } body ? BodyKinds.Parse(body) : null,
            row.Next<byte[]>(),
            row.Next<byte[]?>() is { } prompt ? prompt : default(ReadOnlyMemory<byte>?))
        {
            Message = row.Next<string?>(),
            Designates = row.Next<bool>(),
        };

    /// <summary>Reads <see cref="WholeVersionColumns"/>.</summary>
    public static PresetVersion ReadWholeVersion(Row row) => ReadVersion(row) with
    {
        Revision = row.Next<long?>() ?? 0,
        Key = row.Next<byte[]?>() is { } hash ? new KeyHash(hash) : null,
        RequestId = row.Next<Guid?>(),
        Effects = row.Next<string?>(),
    };

    /// <summary>Reads <see cref="UsedKeyColumns"/>.</summary>
    public static UsedKey ReadUsedKey(Row row)
    {
        var (fingerprint, presetId, hasVersion) = (row.Next<byte[]>(), row.Next<Guid?>(), row.Next<bool>());
        return new UsedKey(fingerprint, presetId, hasVersion ? ReadVersion(row) : null);
    }

    /// <summary>The word for a status.</summary>
    public static string NameOf(PresetStatus status) =>
        status switch
        {
            PresetStatus.Active => "active",
            PresetStatus.Disabled => "disabled",
            _ => "archived",
        };

    /// <summary>The columns that <see cref="ReadChange"/> takes, in its order; the table goes by <c>c</c>.</summary>
    public const string ChangeColumns =
        "c.id, c.workspace_id, c.slug, c.preset_id, c.revision, c.at, c.user_id, c.key_hash, c.message, c.request_id, "
        + "c.effects";

    /// <summary>Reads <see cref="ChangeColumns"/>.</summary>
    public static HistoryEntry ReadChange(Row row) =>
        new(
            row.Next<Guid>(),
            new PresetName(row.Next<Guid>(), row.Next<string>()),
            row.Next<Guid?>(),
            row.Next<long>(),
            row.Next<DateTimeOffset>(),
            row.Next<string>(),
            row.Next<byte[]?>() is { } hash ? new KeyHash(hash) : null,
            row.Next<string?>(),
            row.Next<Guid?>(),
            row.Next<string>());

    private static PresetStatus ReadStatus(string status) =>
        status switch
        {
            "active" => PresetStatus.Active,
            "disabled" => PresetStatus.Disabled,
            _ => PresetStatus.Archived,
        };
}
