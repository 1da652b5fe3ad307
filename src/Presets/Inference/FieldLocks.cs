using System.Text;

namespace Presets;

/// <summary>
/// What the locked paths of a preset forbid its requests. Source: the contract, "Merge", rule 8.
/// </summary>
internal sealed class FieldLocks(string slug, IReadOnlyList<LockedPath> paths)
{
    private readonly int modelGroup = paths.Any(IsModel) ? ExclusiveFields.GroupOf("models"u8) : 0;

    /// <summary>
    /// The groups of <see cref="ExclusiveFields"/> that a lock is in: what the preset has of them stays.
    /// </summary>
    internal int Groups { get; } = paths.Aggregate(0, (groups, path) =>
        groups | GroupOf(path.Path[0]) | (IsModel(path) ? ExclusiveFields.GroupOf("models"u8) : 0));

    /// <summary>Checks the model and the suffix that the request names.</summary>
    /// <exception cref="Refusal">The model is locked, and they change it.</exception>
    internal void CheckModel(PresetReference reference, string? presetModel)
    {
        var changes = reference.Suffix is not null || (reference.Model is { } model && model != presetModel);
        if (changes && paths.Any(IsModel))
            throw Locked("model");
    }

    /// <summary>Whether the request may give a field only the preset's value.</summary>
    internal bool Covers(ReadOnlySpan<byte> name)
    {
        if (paths.Count == 0)
            return false;
        var text = Encoding.UTF8.GetString(name);
        var group = GroupOf(Fold(text));
        return (group & modelGroup) != 0 || paths.Any(path => path.Path[0] == text
            ? path.Path.Length == 1
            : AreAlike(path.Path[0], text) || (group & GroupOf(path.Path[0])) != 0);
    }

    /// <summary>
    /// Whether two names differ by their case alone. Upstreams that are written in Go, such as Ollama, take them for
    /// the same.
    /// </summary>
    internal static bool AreAlike(string name, string other) => name != other && Fold(name) == Fold(other);

    /// <summary>Checks a field that the request sets.</summary>
    /// <param name="given">The preset's value of it; null for none.</param>
    /// <exception cref="Refusal">It is locked, and another than the preset's.</exception>
    internal void Check(JsonMembers members, JsonMember member, ReadOnlyMemory<byte>? given)
    {
        if (!Covers(members.NameOf(member)))
            return;
        if (given is not { } value || !JsonEquality.AreSame(value.Span, members.ValueOf(member).Span))
            throw Locked(members.PathOf(member));
    }

    /// <summary>The locked paths inside a field; null when there are none.</summary>
    internal List<string[]>? Inside(ReadOnlySpan<byte> name)
    {
        if (paths.Count == 0)
            return null;
        var text = Encoding.UTF8.GetString(name);
        var inside = paths.Where(path => path.Path.Length > 1 && path.Path[0] == text).Select(path => path.Path);
        return inside.ToList() is { Count: > 0 } found ? found : null;
    }

    /// <summary>The request sets what it may not.</summary>
    internal Refusal Locked(string field) =>
        new(RefusalCode.FieldLocked, $"{field} is locked by the preset \"{slug}\".", field);

    // As Go folds: two letters beyond ASCII are cases of s and k.
    private static string Fold(string name) =>
        name.Replace('\u017F', 's').Replace('\u212A', 'k').ToLowerInvariant();

    private static bool IsModel(LockedPath path) => path.Path is ["model"];

    private static int GroupOf(string name) => ExclusiveFields.GroupOf(Encoding.UTF8.GetBytes(name));
}
