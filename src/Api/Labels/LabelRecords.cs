using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>What a label is to be.</summary>
internal sealed record SetLabelRequest
{
    /// <summary>The number of the version that it names.</summary>
    /// <example>1</example>
    [Required]
    public int? Version { get; init; }

    /// <summary>
    /// Whether only a key with the scope promote may move or remove it. Left out, that stays as it is; a new label is
    /// not protected.
    /// </summary>
    /// <example>true</example>
    public bool? Protected { get; init; }
}

/// <summary>A label of a preset.</summary>
internal sealed record LabelResponse
{
    /// <example>production</example>
    public required string Label { get; init; }

    /// <summary>The number of the version that it names.</summary>
    /// <example>1</example>
    public required int Version { get; init; }

    /// <summary>Whether only a key with the scope promote may move or remove it.</summary>
    /// <example>true</example>
    public required bool Protected { get; init; }
}
