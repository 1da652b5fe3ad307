using System.Text.Json;

namespace Presets;

/// <summary>A path that requests cannot override.</summary>
/// <param name="Path">The names from the body's top level down, at least one.</param>
public sealed record LockedPath(string[] Path)
{
    /// <summary>Reads a path that is written with dots.</summary>
    internal static LockedPath Parse(string path) => new(path.Split('.'));

    /// <summary>Reads the paths of a preset.</summary>
    /// <param name="locked">A JSON array of strings; null for none.</param>
    internal static IReadOnlyList<LockedPath> ReadAll(string? locked)
    {
        if (locked is null)
            return [];
        using var document = JsonDocument.Parse(locked);
        return [.. document.RootElement.EnumerateArray().Select(path => Parse(path.GetString()!))];
    }

    /// <summary>Whether it is <paramref name="other"/> or a path inside of it.</summary>
    public bool IsIn(LockedPath other) => Path.AsSpan().StartsWith(other.Path);

    /// <summary>The path as it is written, with dots.</summary>
    public override string ToString() => string.Join('.', Path);
}
