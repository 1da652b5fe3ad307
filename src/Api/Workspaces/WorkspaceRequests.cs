using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>A workspace to be made.</summary>
internal sealed record CreateWorkspaceRequest : WorkspaceMembers
{
    /// <summary>URL-friendly slug: lower-case letters and digits in parts separated by single hyphens</summary>
    /// <example>production</example>
    [Required, Characters(1, 50), RegularExpression(SlugPattern, ErrorMessage = SlugRule)]
    public string? Slug { get; init; }

    /// <summary>Name for the new workspace</summary>
    /// <example>Production</example>
    [Required, Characters(1, 100)]
    public string? Name { get; init; }
}

/// <summary>A change of a workspace. What is left out stays as it is; null clears what may be null.</summary>
internal sealed record UpdateWorkspaceRequest : WorkspaceMembers
{
    /// <summary>New URL-friendly slug: lower-case letters and digits in parts separated by single hyphens</summary>
    /// <example>new-workspace</example>
    [Characters(1, 50), RegularExpression(SlugPattern, ErrorMessage = SlugRule)]
    public string? Slug { get; init; }

    /// <summary>New name for the workspace</summary>
    /// <example>New Workspace</example>
    [Characters(1, 100)]
    public string? Name { get; init; }
}

/// <summary>What a new workspace and a change of one have in common.</summary>
internal abstract record WorkspaceMembers
{
    protected const string SlugPattern = "^[a-z0-9]+(?:-[a-z0-9]+)*$";
    protected const string SlugRule = "must be lower-case letters and digits in parts separated by single hyphens";

    private const int MaxModelLength = 256;

    /// <summary>Description of the workspace</summary>
    /// <example>Production environment workspace</example>
    [Characters(0, 500)]
    public string? Description { get; init; }

    /// <summary>Default text model for this workspace</summary>
    /// <example>openai/gpt-4o</example>
    [Characters(0, MaxModelLength)]
    public string? DefaultTextModel { get; init; }

    /// <summary>Default provider sort preference (price, throughput, latency, exacto)</summary>
    /// <example>price</example>
    [Characters(0, MaxModelLength)]
    public string? DefaultProviderSort { get; init; }

    /// <summary>
    /// Whether a key needs the scope promote to designate a new version and to move any label; on other nodes within
    /// 5 seconds
    /// </summary>
    /// <example>true</example>
    public bool? Guarded { get; init; }

    /// <summary>Accepted and ignored.</summary>
    /// <example>openai/dall-e-3</example>
    [Ignored]
    public string? DefaultImageModel { get; init; }

    /// <summary>Accepted and ignored.</summary>
    /// <example>true</example>
    [Ignored]
    public bool? IsDataDiscountLoggingEnabled { get; init; }

    /// <summary>Accepted and ignored.</summary>
    /// <example>false</example>
    [Ignored]
    public bool? IsObservabilityBroadcastEnabled { get; init; }

    /// <summary>Accepted and ignored.</summary>
    /// <example>false</example>
    [Ignored]
    public bool? IsObservabilityIoLoggingEnabled { get; init; }

    /// <summary>Accepted and ignored.</summary>
    /// <example>1</example>
    [Ignored]
    public double? IoLoggingSamplingRate { get; init; }

    /// <summary>Accepted and ignored.</summary>
    [Ignored]
    public IReadOnlyList<long>? IoLoggingApiKeyIds { get; init; }
}
