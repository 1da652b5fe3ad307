using System.Text.Json.Serialization.Metadata;

namespace Presets.Console;

/// <summary>All that pages do to a preset.</summary>
internal static class Gestures
{
    private static readonly KeyScopes[] Write = [KeyScopes.Write];
    private static readonly KeyScopes[] ReadAndWrite = [KeyScopes.Read | KeyScopes.Write];
    private static readonly KeyScopes[] Promote = [KeyScopes.Promote];
    private static readonly KeyScopes[] WriteOrPromote = [KeyScopes.Write, KeyScopes.Promote];

    /// <summary>Makes a version the designated one: a release, or a rollback.</summary>
    public static readonly Gesture Designate = new(
        "designate",
        "Designate a version",
        "Designate",
        Promote,
        [new("version", "Version", InputKind.Version)],
        static (key, fields) => fields.Number("version") is { } version
            ? EditOf(key, new UpdatePresetRequest { DesignatedVersion = version })
            : null);

    /// <summary>Sets or moves a label.</summary>
    public static readonly Gesture SetLabel = new(
        "label",
        "Set a label",
        "Set the label",
        WriteOrPromote,
        [
            new("label", "Label", InputKind.Text, "1 to 36 of a-z 0-9 _ . - and a letter first, such as production"),
            new("version", "Version", InputKind.Version),
            new("protected", "Protected", InputKind.Flag, "Only keys with the scope promote move a protected label."),
        ],
        static (key, fields) => fields.Text("label") is { } label && fields.Number("version") is { } version
            ? new SetLabel(
                Guid.CreateVersion7(),
                key.UserId,
                LabelEndpoints.Valid(label),
                version,
                fields.Text("protected") is { } flag ? flag == "true" : null)
            : null)
    {
        Short = "Move",
    };

    /// <summary>Removes a label.</summary>
    public static readonly Gesture RemoveLabel = new(
        "remove-label",
        "Remove a label",
        "Remove the label",
        WriteOrPromote,
        [new("label", "Label", InputKind.Fixed)],
        static (key, fields) => fields.Text("label") is { } label
            ? new RemoveLabel(Guid.CreateVersion7(), key.UserId, LabelEndpoints.Valid(label))
            : null)
    {
        Short = "Remove",
    };

    /// <summary>Makes a version from another one, which its form shows.</summary>
    public static readonly Gesture Edit = new("edit", "New version", "Store", ReadAndWrite, [], Draft.AppendOf)
    {
        MakesVersion = true,
    };

    /// <summary>Makes a preset.</summary>
    public static readonly Gesture Create = new(
        "new-preset",
        "New preset",
        "Create",
        Write,
        [],
        static (key, fields) =>
            fields["slug"] is not { } slug ? null
            : Slug.IsValid(slug) ? Draft.AppendOf(key, fields)
            : throw PresetWorkspace.InvalidSlug())
    {
        MakesVersion = true,
        MakesPreset = true,
    };

    /// <summary>Changes name and description.</summary>
    public static readonly Gesture Details = new(
        "details",
        "Edit name and description",
        "Save",
        Write,
        [
            new("name", "Name", InputKind.Text, "What people call it. The slug stays."),
            new("description", "Description", InputKind.Lines, "What it is for."),
        ],
        static (key, fields) => fields["name"] is { } name
            ? EditOf(key, new UpdatePresetRequest { Name = name, Description = fields["description"] ?? "" })
            : null)
    {
        Short = "Edit",
        Initial = static preset => new()
        {
            ["name"] = preset.Name,
            ["description"] = preset.Description ?? "",
        },
    };

    /// <summary>Says which fields requests cannot override.</summary>
    public static readonly Gesture Lock = new(
        "lock",
        "Lock fields",
        "Save the locks",
        Promote,
        [
            new(
                "locked",
                "Locked fields",
                InputKind.Lines,
                "One path on each line, such as model or provider.only. A request that sets a locked field is refused. "
                + "No line unlocks all."),
        ],
        static (key, fields) => fields["locked"] is { } paths
            ? EditOf(key, new UpdatePresetRequest { Locked = LinesOf(paths) })
            : null)
    {
        Short = "Lock",
        Initial = static preset => new() { ["locked"] = string.Join('\n', preset.Locked) },
    };

    /// <summary>Lets requests no longer use a preset.</summary>
    public static readonly Gesture Disable = new(
        "disable",
        "Disable the preset",
        "Disable",
        Promote,
        [],
        static (key, _) => EditOf(key, new UpdatePresetRequest { Status = "disabled" }))
    {
        IsFor = static status => status == PresetStatus.Active,
    };

    /// <summary>Lets requests use a disabled preset again.</summary>
    public static readonly Gesture Enable = new(
        "enable",
        "Enable the preset",
        "Enable",
        Promote,
        [],
        static (key, _) => EditOf(key, new UpdatePresetRequest { Status = "active" }))
    {
        IsFor = static status => status == PresetStatus.Disabled,
    };

    /// <summary>Archives a preset.</summary>
    public static readonly Gesture Archive = new(
        "archive",
        "Archive the preset",
        "Archive",
        Promote,
        [],
        static (key, _) => EditEndpoints.EditOf(key, PresetStatus.Archived))
    {
        IsFor = static status => status == PresetStatus.Active,
    };

    /// <summary>Brings an archived preset back.</summary>
    public static readonly Gesture Restore = new(
        "restore",
        "Restore the preset",
        "Restore",
        Promote,
        [],
        static (key, _) => EditEndpoints.EditOf(key, PresetStatus.Active))
    {
        IsFor = static status => status == PresetStatus.Archived,
    };

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Gesture> All =
        [Designate, SetLabel, RemoveLabel, Edit, Create, Details, Lock, Disable, Enable, Archive, Restore];

    private static string[] LinesOf(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // By the rules of the API's own body.
    private static Edit EditOf(ApiKey key, UpdatePresetRequest request)
    {
        RecordRules.Check((JsonTypeInfo)ApiJson.Instance.UpdatePresetRequest, request);
        return request.ToEdit(key, clearsDescription: false);
    }
}
