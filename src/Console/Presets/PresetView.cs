using System.Text.Json;

namespace Presets.Console;

/// <summary>A preset as pages show it.</summary>
public sealed record PresetView(
    string Slug,
    string Name,
    string? Description,
    PresetStatus Status,
    string CreatorUserId,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int Designated,
    int Latest,
    LabelSet Labels,
    IReadOnlyList<string> Locked,
    EntityTag Tag)
{
    /// <summary>The numbers of its newest versions, newest first.</summary>
    public IEnumerable<int> Newest(int count) => Enumerable.Range(0, Math.Min(count, Latest)).Select(i => Latest - i);

    /// <summary>The labels of a version.</summary>
    public IEnumerable<Label> LabelsOf(int version) =>
        Labels.AsEnumerable().Where(label => label.Version == version);

    /// <summary>What is locked of a field: an empty text for all of it, and paths inside of it.</summary>
    public IEnumerable<string> LockedIn(string field) =>
        Locked.Where(path => path == field || path.StartsWith(field + ".", StringComparison.Ordinal))
            .Select(path => path[field.Length..].TrimStart('.'));

    /// <summary>A version in words, <c>v3 · designated, production</c>.</summary>
    public string TextOf(int version)
    {
        var names = LabelsOf(version).Select(label => label.Name)
            .Prepend(version == Designated ? "designated" : "").Where(name => name.Length > 0).ToList();
        return names.Count == 0 ? $"v{version}" : $"v{version} · {string.Join(", ", names)}";
    }

    /// <summary>What a snapshot shows.</summary>
    public static PresetView Of(PresetSnapshot snapshot)
    {
        using var json = JsonDocument.Parse(snapshot.Body);
        var data = json.RootElement.GetProperty("data");
        return new PresetView(
            data.GetProperty("slug").GetString()!,
            data.GetProperty("name").GetString()!,
            data.GetProperty("description").GetString(),
            snapshot.Status,
            data.GetProperty("creator_user_id").GetString()!,
            data.GetProperty("created_at").GetDateTimeOffset(),
            data.GetProperty("updated_at").GetDateTimeOffset(),
            snapshot.Version,
            snapshot.LatestVersion,
            snapshot.Labels,
            snapshot.Locked is { } locked ? JsonSerializer.Deserialize<string[]>(locked)! : [],
            snapshot.Tag);
    }
}
