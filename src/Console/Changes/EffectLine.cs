using System.Globalization;
using System.Text.Json;

namespace Presets.Console;

/// <summary>One thing that a change did or would do: <c>designated: v3 -> v1</c>.</summary>
/// <param name="Subject">What is changed; a sentence of its own when both others are null.</param>
/// <param name="From">What is there before.</param>
/// <param name="To">What is there then.</param>
public sealed record EffectLine(string Subject, string? From = null, string? To = null)
{
    private const string Nothing = "none";

    /// <summary>
    /// It as text, with LF at the end of each line: a form that carries it comes back with other ends than it had.
    /// </summary>
    public override string ToString() =>
        (To is null ? Subject : $"{Subject}: {From} -> {To}").ReplaceLineEndings("\n");

    /// <summary>What makes one state of a preset of another.</summary>
    /// <param name="before">The state before; null when there was no preset.</param>
    public static IReadOnlyList<EffectLine> Between(PresetView? before, PresetView after)
    {
        var lines = new List<EffectLine>();
        if (before?.Latest != after.Latest)
            lines.Add(new($"{VersionText(after.Latest)} created"));
        Add("designated", VersionText(before?.Designated), VersionText(after.Designated));
        var labels = before?.Labels ?? LabelSet.None;
        foreach (var name in labels.AsEnumerable().Concat(after.Labels).Select(each => each.Name).Distinct())
        {
            var (from, to) = (labels.Find(name), after.Labels.Find(name));
            Add(name, VersionText(from?.Version), VersionText(to?.Version));
            if (to is not null && (from?.Protected ?? false) != to.Protected)
                lines.Add(new($"{name} becomes {(to.Protected ? "protected" : "unprotected")}"));
        }

        if (before is null)
            return lines;
        Add("name", before.Name, after.Name);
        Add("description", before.Description, after.Description);
        Add("locked", PathsText(before.Locked), PathsText(after.Locked));
        Add("status", StatusText(before.Status), StatusText(after.Status));
        return lines;

        void Add(string subject, string? from, string? to) => EffectLine.Add(lines, subject, from, to);
    }

    /// <summary>Adds what becomes of a value, when it changes.</summary>
    public static void Add(List<EffectLine> lines, string subject, string? from, string? to)
    {
        if (from != to)
            lines.Add(new(subject, from ?? Nothing, to ?? Nothing));
    }

    /// <summary>What a record of the history says.</summary>
    /// <param name="effects">A JSON array, as <see cref="HistoryRecord.Effects"/>.</param>
    public static IReadOnlyList<EffectLine> Of(string effects)
    {
        using var json = JsonDocument.Parse(effects);
        return [.. json.RootElement.EnumerateArray().Select(Of)];
    }

    /// <summary>The version that a record of the history made; null when it made none.</summary>
    /// <inheritdoc cref="Of(string)"/>
    public static int? CreatedBy(string effects)
    {
        using var json = JsonDocument.Parse(effects);
        foreach (var effect in json.RootElement.EnumerateArray())
            if (effect.GetProperty("what").GetString() == "version_created")
                return effect.GetProperty("version").GetInt32();
        return null;
    }

    /// <summary>Whether a record of the history says that the preset is gone.</summary>
    /// <inheritdoc cref="Of(string)"/>
    public static bool IsPurge(string effects)
    {
        using var json = JsonDocument.Parse(effects);
        return json.RootElement.EnumerateArray().Any(effect => effect.GetProperty("what").GetString() == "purged");
    }

    /// <summary>A status in words.</summary>
    public static string StatusText(PresetStatus status) => status switch
    {
        PresetStatus.Active => "active",
        PresetStatus.Disabled => "disabled",
        _ => "archived",
    };

    private static EffectLine Of(JsonElement effect)
    {
        var (from, to) = (effect.GetProperty("from"), effect.GetProperty("to"));
        return effect.GetProperty("what").GetString() switch
        {
            "version_created" => new($"v{effect.GetProperty("version")} created"),
            "designated" => new("designated", VersionText(from), VersionText(to)),
            "label_set" or "label_removed" => new(LabelOf(effect), VersionText(from), VersionText(to)),
            "label_protected" => new($"{LabelOf(effect)} becomes protected"),
            "label_unprotected" => new($"{LabelOf(effect)} becomes unprotected"),
            "edited" or "locked" => new(effect.GetProperty("field").GetString()!, Text(from), Text(to)),
            var what => new(what!),
        };
    }

    private static string LabelOf(JsonElement effect) => effect.GetProperty("label").GetString()!;

    private static string? PathsText(IReadOnlyList<string> paths) =>
        paths.Count == 0 ? null : string.Join(", ", paths);

    private static string? VersionText(int? number) =>
        number is > 0 ? string.Create(CultureInfo.InvariantCulture, $"v{number}") : null;

    private static string VersionText(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number ? VersionText(number.GetInt32())! : Nothing;

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => Nothing,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => PathsText([.. value.EnumerateArray().Select(path => path.ToString())]) ?? Nothing,
        _ => value.ToString(),
    };
}
