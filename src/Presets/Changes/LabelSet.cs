using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Presets;

/// <summary>The labels of a preset, in the order of their names. Immutable; compared by value.</summary>
public sealed class LabelSet : IReadOnlyCollection<Label>, IEquatable<LabelSet>
{
    /// <summary>The most labels of a preset.</summary>
    public const int Most = 64;

    /// <summary>No label.</summary>
    public static readonly LabelSet None = new([]);

    private readonly Label[] labels;

    private LabelSet(Label[] labels) => this.labels = labels;

    /// <inheritdoc/>
    public int Count => labels.Length;

    /// <summary>The label of this name; null when there is none.</summary>
    public Label? Find(string name) => Array.Find(labels, label => label.Name == name);

    /// <summary>These labels with <paramref name="label"/> in place of the one of its name.</summary>
    public LabelSet With(Label label) =>
        new([.. labels.Where(other => other.Name != label.Name).Append(label)
            .OrderBy(each => each.Name, StringComparer.Ordinal)]);

    /// <summary>These labels but the one of this name.</summary>
    public LabelSet Without(string name) => new([.. labels.Where(label => label.Name != name)]);

    /// <summary>The labels that <see cref="ToText"/> wrote.</summary>
    public static LabelSet Parse(string? text)
    {
        if (text is null)
            return None;
        using var json = JsonDocument.Parse(text);
        return new([.. json.RootElement.EnumerateArray().Select(label => new Label(
            label.GetProperty("label").GetString()!,
            label.GetProperty("version").GetInt32(),
            label.GetProperty("protected").GetBoolean()))]);
    }

    /// <summary>
    /// A JSON array of objects with label, version and protected, as it is stored; null for no label.
    /// </summary>
    public string? ToText()
    {
        if (labels.Length == 0)
            return null;
        return $"[{string.Join(',', labels.Select(TextOf))}]";
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) => other is not null && labels.AsSpan().SequenceEqual(other.labels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => labels.Length == 0 ? 0 : HashCode.Combine(labels.Length, labels[0]);

    /// <summary>Enumerates without an allocation.</summary>
    public ReadOnlySpan<Label>.Enumerator GetEnumerator() => new ReadOnlySpan<Label>(labels).GetEnumerator();

    IEnumerator<Label> IEnumerable<Label>.GetEnumerator() => labels.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => labels.GetEnumerator();

    // No character of a name is escaped in JSON.
    private static string TextOf(Label label) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"label\":\"{label.Name}\",\"version\":{label.Version},"
        + $"\"protected\":{(label.Protected ? "true" : "false")}}}");
}
