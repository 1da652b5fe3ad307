namespace Presets.Api;

/// <summary>The state of a node that answers.</summary>
internal sealed record HealthResponse
{
    /// <summary>live or ready</summary>
    /// <example>ready</example>
    public required string Status { get; init; }
}
