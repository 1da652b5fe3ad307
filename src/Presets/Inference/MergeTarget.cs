using System.Collections.Frozen;

namespace Presets;

/// <summary>What the upstream asks of a merged body.</summary>
public sealed record MergeTarget
{
    /// <summary>Nothing: the merged body as it is.</summary>
    public static readonly MergeTarget None = new();

    /// <summary>The fields that are left out if they came from the preset alone.</summary>
    public FrozenSet<string> Drop { get; init; } = [];

    /// <summary>What is removed from the front of the model.</summary>
    public string StripPrefix { get; init; } = "";

    /// <summary>
    /// Whether <c>cache_enabled</c> and <c>cache_ttl_seconds</c> leave the body, and are given beside it for headers.
    /// </summary>
    public bool MovesCacheFields { get; init; }
}
