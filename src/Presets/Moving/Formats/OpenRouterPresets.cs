using System.Text;

namespace Presets;

/// <summary>
/// A preset of OpenRouter. Source: the <c>Preset</c> and <c>PresetDesignatedVersion</c> of its document.
/// </summary>
internal static class OpenRouterPresets
{
    public static ImportedPart Read(RecordObject json, ImportContext context)
    {
        var latest = context.Now.AddDays(1);
        var preset = new ForeignPreset(json.Text("slug", Slug.MaxLength), context)
        {
            Id = json.OptionalId("id") ?? Guid.CreateVersion7(context.Now),
            Name = json.AnyText("name"),
            Description = json.AnyText("description"),
            Status = json.OptionalText("status", 16) switch
            {
                null or "active" => PresetStatus.Active,
                "disabled" => PresetStatus.Disabled,
                "archived" => PresetStatus.Archived,
                _ => throw json.Invalid("status", "active, disabled or archived"),
            },
            StatusUpdatedAt = json.OptionalTime("status_updated_at", latest),
            CreatorUserId = json.OptionalText("creator_user_id", 1024) ?? context.UserId,
            CreatedAt = json.OptionalTime("created_at", latest) ?? context.Now,
            UpdatedAt = json.OptionalTime("updated_at", latest) ?? context.Now,
        };
        var designated = json.Object("designated_version");
        var designatedId = json.OptionalId("designated_version_id") ?? designated?.OptionalId("id");
        var versions = json.Object("versions") is { } answer ? answer.Objects("data") : json.Objects("versions");
        List<RecordObject> all = [.. versions.OrderBy(version => version.Whole("version") ?? 0)];
        if (all.Count == 0 && designated is { } only)
        {
            all.Add(only);
            preset.Drop("the versions but the designated one, which are not there");
        }

        foreach (var version in all)
        {
            if (version.Whole("version") is { } number && number != preset.Next)
                preset.Drop("the numbers of versions, which are not all there");
            var id = version.OptionalId("id");
            preset.Add(Read(version, preset, id, latest, context));
            if (id is not null && id == designatedId)
                preset.Designate();
        }

        return preset.ToPart();
    }

    private static PresetVersion Read(
        RecordObject json, ForeignPreset preset, Guid? id, DateTimeOffset latest, ImportContext context)
    {
        if (json.Object("config") is not { } config)
            throw json.Missing("config");
        var stored = ForeignPreset.Body(body =>
        {
            foreach (var (name, value) in config.Members())
            {
                if (value.IsNull)
                    continue;
                body.WritePropertyName(name);
                body.WriteRawValue(value.Raw);
            }
        }).ToArray();
        StoredJson.CheckConfig(stored, null);
        return new PresetVersion(
            id ?? Guid.CreateVersion7(context.Now), Guid.Empty, 0, 0,
            json.OptionalText("creator_id", 1024) ?? context.UserId,
            json.OptionalTime("created_at", latest) ?? context.Now,
            null,
            stored,
            json.AnyText("system_prompt") is { } prompt
                ? Encoding.UTF8.GetBytes(prompt)
                : default(ReadOnlyMemory<byte>?));
    }
}
