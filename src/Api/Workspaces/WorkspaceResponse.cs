namespace Presets.Api;

/// <summary>A workspace. What is about billing, images and logging has its neutral value.</summary>
internal sealed record WorkspaceResponse(Workspace Stored)
{
    /// <summary>Unique identifier for the workspace</summary>
    /// <example>550e8400-e29b-41d4-a716-446655440000</example>
    public Guid Id => Stored.Id;

    /// <summary>URL-friendly slug for the workspace</summary>
    /// <example>production</example>
    public string Slug => Stored.Slug;

    /// <summary>Name of the workspace</summary>
    /// <example>Production</example>
    public string Name => Stored.Name;

    /// <summary>Description of the workspace</summary>
    /// <example>Production environment workspace</example>
    public string? Description => Stored.Description;

    /// <summary>Default text model for this workspace</summary>
    /// <example>openai/gpt-4o</example>
    public string? DefaultTextModel => Stored.DefaultTextModel;

    /// <summary>Default provider sort preference (price, throughput, latency, exacto)</summary>
    /// <example>price</example>
    public string? DefaultProviderSort => Stored.DefaultProviderSort;

    /// <summary>Whether a key needs the scope promote to designate a new version and to move any label</summary>
    /// <example>false</example>
    public bool Guarded => Stored.Guarded;

    /// <summary>The user of the key that made the workspace; null for the default one.</summary>
    /// <example>user_operator</example>
    public string? CreatedBy => Stored.CreatedBy;

    /// <summary>When the workspace was created</summary>
    /// <example>2025-08-24T10:30:00Z</example>
    public DateTimeOffset CreatedAt => Stored.CreatedAt;

    /// <summary>When the workspace was last changed; null when it never was.</summary>
    /// <example>2025-08-24T15:45:00.123456Z</example>
    public DateTimeOffset? UpdatedAt => Stored.UpdatedAt;

    /// <summary>Derived from the id of the workspace; nothing is behind it here.</summary>
    /// <example>595d5849-7e86-81fd-a7c0-705c34e4afff</example>
    public Guid DefaultGuardrailId => HashedId.Of(Stored.Id.ToByteArray(bigEndian: true));

    /// <summary>Always null.</summary>
    public string? DefaultImageModel => null;

    /// <summary>Always false.</summary>
    public bool IncludeByokInBudgets => false;

    /// <summary>Always false.</summary>
    public bool IsDataDiscountLoggingEnabled => false;

    /// <summary>Always false.</summary>
    public bool IsObservabilityBroadcastEnabled => false;

    /// <summary>Always false.</summary>
    public bool IsObservabilityIoLoggingEnabled => false;

    /// <summary>Always 1.</summary>
    /// <example>1</example>
    public double IoLoggingSamplingRate => 1;

    /// <summary>Always null.</summary>
    public IReadOnlyList<long>? IoLoggingApiKeyIds => null;

    private Workspace Stored { get; } = Stored;
}
