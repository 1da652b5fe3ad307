using System.Buffers;
using System.Collections;
using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>A name for a version of a preset.</summary>
/// <param name="Protected">Whether it takes the scope <c>promote</c> to move it.</param>
public sealed record Label(string Name, int Version, bool Protected)
{
    /// <summary>The most characters of a name.</summary>
    public const int MaxLength = 36;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");

    // Clients append them to the names of models, so a reference could not tell them from a label.
    private static readonly string[] Suffixes =
        ["nitro", "floor", "online", "exacto", "free", "extended", "thinking"];

    /// <summary>The labels that every preset has and nobody sets.</summary>
    public static readonly IReadOnlyList<string> Reserved = ["latest", "designated"];

    /// <summary>
    /// Why <paramref name="name"/> cannot be set as a label, as a sentence; null when it can. Source: the contract,
    /// "Labels".
    /// </summary>
    public static string? FaultOf(string name)
    {
        if (name.Length is 0 or > MaxLength
            || !char.IsAsciiLetterLower(name[0])
            || name.AsSpan().ContainsAnyExcept(Characters))
            return $"A label has 1 to {MaxLength} of a-z 0-9 _ . - and starts with a letter.";
        if (Reserved.Contains(name))
            return $"The label \"{name}\" is reserved.";
        return Suffixes.Contains(name) ? $"\"{name}\" is a suffix of models and cannot be a label." : null;
    }
}

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
        new([.. labels.Where(other => other.Name != label.Name).Append(label).OrderBy(l => l.Name, StringComparer.Ordinal)]);

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

    /// <summary>A JSON array of objects with label, version and protected, as it is stored; null for no label.</summary>
    public string? ToText()
    {
        if (labels.Length == 0)
            return null;
        var text = new StringBuilder("[");
        foreach (var (name, version, isProtected) in labels)
            text.Append(
                null,
                $"{(text.Length > 1 ? "," : "")}{{\"label\":\"{name}\",\"version\":{version},\"protected\":{(isProtected ? "true" : "false")}}}");
        return text.Append(']').ToString();
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
}
