using System.Buffers;

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
    internal static readonly string[] Suffixes =
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
