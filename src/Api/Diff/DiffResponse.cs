using System.Text.Json;

namespace Presets.Api;

/// <summary>How two versions of a preset differ.</summary>
/// <remarks>Written as bytes (<see cref="VersionDiff"/>); the records are here for the OpenAPI document.</remarks>
internal sealed record DiffResponse
{
    /// <summary>The old version; null for none.</summary>
    /// <example>1</example>
    public required int? From { get; init; }

    /// <summary>The new version.</summary>
    /// <example>2</example>
    public required int To { get; init; }

    /// <summary>What makes the new config of the old one; empty when they are equal.</summary>
    public required DiffChangeResponse[] Changes { get; init; }

    /// <summary>The unified diff of the system prompts; null when they are equal.</summary>
    /// <example>--- from\n+++ to\n@@ -1,1 +1,1 @@\n-Be brief.\n+Be brief and kind.\n</example>
    public required string? SystemPrompt { get; init; }
}

/// <summary>One difference between two configs.</summary>
internal sealed record DiffChangeResponse
{
    /// <summary>Where, as a JSON Pointer (RFC 6901): with remove in the old config, else in the new one.</summary>
    /// <example>/temperature</example>
    public required string Path { get; init; }

    /// <summary>add, remove, replace, move or reorder</summary>
    /// <example>replace</example>
    public required string Op { get; init; }

    /// <summary>
    /// The old value; null with add, the path in the old config with move, the old member names with reorder.
    /// </summary>
    /// <example>0.2</example>
    public required JsonElement? From { get; init; }

    /// <summary>The same of the new config; null with remove.</summary>
    /// <example>0.7</example>
    public required JsonElement? To { get; init; }
}
