using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>Reads the records that <see cref="ExportJson"/> wrote, and trusts nothing of them.</summary>
public static class ExportReader
{
    // So that a next change can still be numbered.
    private const long MostRevisions = 1L << 53;
    private const int MostVersions = 1_000_000_000;
    private const int MostCharacters = 1024;

    // Clocks differ.
    private static readonly TimeSpan Future = TimeSpan.FromDays(1);

    /// <summary>Reads a record.</summary>
    /// <param name="workspaceId">The workspace that the preset comes to.</param>
    /// <exception cref="Refusal">It is not a record, or a member of it is not valid; with the place.</exception>
    public static ImportedPart Read(ReadOnlyMemory<byte> record, Guid workspaceId, DateTimeOffset now)
    {
        StoredJson.CheckObject(record.Span);
        using var document = JsonDocument.Parse(record);
        var json = new RecordObject(document.RootElement, "");
        var slug = json.Text("slug", Slug.MaxLength);
        if (!Slug.IsValid(slug))
            throw new Refusal(
                RefusalCode.InvalidSlug, $"A slug has 1 to {Slug.MaxLength} of A-Z a-z 0-9 . _ ~ -", "slug");
        var name = new PresetName(workspaceId, slug);
        var number = (int)(json.OptionalNumber("part", 1, int.MaxValue) ?? 1);
        var latest = now + Future;
        return new ImportedPart(
            name,
            number,
            json.Flag("last") ?? !json.Has("part"),
            number == 1 ? ReadPreset(json, name, latest) : null,
            [.. json.Objects("versions").Select(version => ReadVersion(version, latest))],
            [.. json.Objects("history").Select(change => ReadChange(change, name, latest))])
        {
            IsPurged = json.Flag("purged") ?? false,
        };
    }

    private static Preset ReadPreset(RecordObject json, PresetName name, DateTimeOffset latest)
    {
        var versions = (int)json.Number("latest_version", 1, MostVersions);
        return new Preset(
            json.Id("id"),
            name,
            json.Text("name", 256),
            json.OptionalText("description", 4096),
            json.Text("status", 16) switch
            {
                "active" => PresetStatus.Active,
                "disabled" => PresetStatus.Disabled,
                "archived" => PresetStatus.Archived,
                _ => throw json.Invalid("status", "active, disabled or archived"),
            },
            json.Text("creator_user_id", MostCharacters),
            json.Time("created_at", latest),
            json.Time("updated_at", latest),
            json.OptionalTime("status_updated_at", latest),
            versions,
            (int)json.Number("designated_version", 1, versions),
            Guid.Empty,
            json.Number("revision", versions, MostRevisions))
        {
            Labels = ReadLabels(json, versions),
            Locked = Effect.Json([.. json.Texts("locked", MostCharacters)]),
        };
    }

    private static LabelSet ReadLabels(RecordObject json, int versions)
    {
        var labels = LabelSet.None;
        foreach (var label in json.Objects("labels"))
        {
            var name = label.Text("label", MostCharacters);
            if (Label.FaultOf(name) is { } fault)
                throw new Refusal(RefusalCode.InvalidField, fault, label.PathOf("label"));
            if (labels.Find(name) is not null)
                throw label.Invalid("label", "different from the other labels");
            if (labels.Count == LabelSet.Most)
                throw json.Invalid("labels", $"at most {LabelSet.Most} labels");
            var version = (int)label.Number("version", 1, versions);
            labels = labels.With(new Label(name, version, label.Flag("protected") ?? false));
        }

        return labels;
    }

    private static PresetVersion ReadVersion(RecordObject json, DateTimeOffset latest)
    {
        var body = ReadBody(json);
        return new PresetVersion(
            json.Id("id"),
            Guid.Empty,
            (int)json.Number("version", 1, MostVersions),
            json.OptionalNumber("revision", 1, MostRevisions) ?? 0,
            json.Text("creator_id", MostCharacters),
            json.Time("created_at", latest),
            body,
            ReadConfig(json, body),
            json.AnyText("system_prompt") is { } prompt
                ? Encoding.UTF8.GetBytes(prompt)
                : default(ReadOnlyMemory<byte>?))
        {
            Key = json.Hash("key_hash"),
            Message = json.OptionalText("message", 500),
            RequestId = json.OptionalId("request_id"),
            Designates = json.Flag("designates") ?? true,
            Effects = json.Has("effects") ? ReadEffects(json) : null,
        };
    }

    private static BodyKind? ReadBody(RecordObject json)
    {
        if (json.OptionalText("body", 32) is not { } name)
            return null;
        foreach (var kind in Enum.GetValues<BodyKind>())
            if (BodyKinds.NameOf(kind) == name)
                return kind;
        throw json.Invalid("body", "chat_completions, messages or responses");
    }

    private static byte[] ReadConfig(RecordObject json, BodyKind? body)
    {
        var text = json.AnyText("config") ?? throw json.Missing("config");
        var config = Encoding.UTF8.GetBytes(text);
        try
        {
            StoredJson.CheckConfig(config, body);
        }
        catch (Refusal refusal)
        {
            var path = json.PathOf("config");
            throw new Refusal(refusal.Code, $"{path}: {refusal.Message}", path, refusal);
        }

        return config;
    }

    private static HistoryEntry ReadChange(RecordObject json, PresetName name, DateTimeOffset latest) =>
        new(
            json.Id("id"),
            name,
            null,
            json.Number("revision", 1, MostRevisions),
            json.Time("at", latest),
            json.Text("user_id", MostCharacters),
            json.Hash("key_hash"),
            json.OptionalText("message", 500),
            json.OptionalId("request_id"),
            ReadEffects(json));

    private static string ReadEffects(RecordObject json)
    {
        foreach (var effect in json.Objects("effects"))
            effect.Text("what", MostCharacters);
        return json.Raw("effects") ?? throw json.Missing("effects");
    }
}
