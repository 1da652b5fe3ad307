namespace Presets;

/// <summary>What a preset must be like for a change to happen. Source: RFC 9110, section 13.1.</summary>
/// <param name="AnyOf">
/// <c>If-Match</c> with tags: the preset must be in one of these states; null when not sent.
/// </param>
/// <param name="Exists"><c>If-Match: *</c>: there must be a preset.</param>
/// <param name="Absent"><c>If-None-Match: *</c>: there must be none.</param>
public sealed record Precondition(IReadOnlyList<EntityTag>? AnyOf = null, bool Exists = false, bool Absent = false)
{
    /// <summary><c>If-None-Match</c> with tags: the preset must be in none of these states.</summary>
    public IReadOnlyList<EntityTag> NoneOf { get; init; } = [];

    /// <summary>Whether it holds for a preset.</summary>
    public bool HoldsFor(Preset preset) => preset.IsNew
        ? AnyOf is null && !Exists
        : AnyOf?.Contains(preset.Tag) != false && !Absent && !NoneOf.Contains(preset.Tag);
}
