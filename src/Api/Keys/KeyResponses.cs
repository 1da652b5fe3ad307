namespace Presets.Api;

/// <summary>
/// What every view of a key shows. This service does not meter: what is about spending is zero or null.
/// </summary>
internal abstract record AnyKeyResponse(ApiKey Stored)
{
    /// <summary>The workspace that the key belongs to.</summary>
    /// <example>0df9e665-d932-5740-b2c7-b52af166bc11</example>
    public Guid WorkspaceId => Stored.WorkspaceId;

    /// <summary>The key with its middle left out.</summary>
    /// <example>sk-preset-v1-0e6...1c96</example>
    public string Label => Stored.Label;

    /// <summary>The user in whose name the key acts.</summary>
    /// <example>user_operator</example>
    public string CreatorUserId => Stored.UserId;

    /// <summary>
    /// What the key may do: some of read, write, promote and inference. Null for a management key, which they do not
    /// limit.
    /// </summary>
    /// <example>["read","write","promote","inference"]</example>
    public IReadOnlyList<string>? Scopes => Stored.IsManagement ? null : KeyScopeNames.Of(Stored.Scopes);

    /// <summary>When the key expires; null when it does not.</summary>
    /// <example>2027-12-31T23:59:59Z</example>
    public DateTimeOffset? ExpiresAt => Stored.ExpiresAt;

    /// <summary>Always null: this service does not meter.</summary>
    public double? Limit => null;

    /// <summary>Always null: this service does not meter.</summary>
    public double? LimitRemaining => null;

    /// <summary>Always null: this service does not meter.</summary>
    public string? LimitReset => null;

    /// <summary>Always false: this service does not meter.</summary>
    public bool IncludeByokInLimit => false;

    /// <summary>Always 0: this service does not meter.</summary>
    public double Usage => 0;

    /// <summary>Always 0: this service does not meter.</summary>
    public double UsageDaily => 0;

    /// <summary>Always 0: this service does not meter.</summary>
    public double UsageWeekly => 0;

    /// <summary>Always 0: this service does not meter.</summary>
    public double UsageMonthly => 0;

    /// <summary>Always 0: this service does not meter.</summary>
    public double ByokUsage => 0;

    /// <summary>Always 0: this service does not meter.</summary>
    public double ByokUsageDaily => 0;

    /// <summary>Always 0: this service does not meter.</summary>
    public double ByokUsageWeekly => 0;

    /// <summary>Always 0: this service does not meter.</summary>
    public double ByokUsageMonthly => 0;

    /// <summary>The key as it is stored, which is not shown.</summary>
    protected ApiKey Stored { get; } = Stored;
}

/// <summary>A key as a management key sees it.</summary>
internal sealed record KeyResponse(ApiKey Stored) : AnyKeyResponse(Stored)
{
    /// <summary>SHA-256 of the key; names it in this API.</summary>
    /// <example>f01d52606dc8f0a8303a7b5cc3fa07109c2e346cec7c0a16b40de462992ce943</example>
    public string Hash => Stored.Hash.ToString();

    /// <summary>Name of the API key</summary>
    /// <example>My Production Key</example>
    public string Name => Stored.Name;

    /// <summary>Whether the API key is disabled</summary>
    /// <example>false</example>
    public bool Disabled => Stored.Disabled;

    /// <summary>When the API key was created</summary>
    /// <example>2025-08-24T10:30:00Z</example>
    public DateTimeOffset CreatedAt => Stored.CreatedAt;

    /// <summary>When the API key was last changed; null when it never was.</summary>
    /// <example>2025-08-24T15:45:00.123456Z</example>
    public DateTimeOffset? UpdatedAt => Stored.UpdatedAt;

    /// <summary>Always null. The published client demands it.</summary>
    public string? ExternalUser => null;
}

/// <summary>A part of a workspace's keys.</summary>
internal sealed record ListKeysResponse(IReadOnlyList<KeyResponse> Data);

/// <summary>A new key, with its text.</summary>
internal sealed record CreateKeyResponse(KeyResponse Data)
{
    /// <summary>The key itself. It is shown in this answer only.</summary>
    /// <example>sk-preset-v1-0e6f44a47a05f1dad2ad7e88c4c1d6b77688157716fb1a5271146f7464951c96</example>
    public required string Key { get; init; }
}

/// <summary>A key as it sees itself.</summary>
internal sealed record CurrentKeyResponse(ApiKey Stored) : AnyKeyResponse(Stored)
{
    /// <summary>Always false: there are no tiers.</summary>
    public bool IsFreeTier => false;

    /// <summary>Whether this is a management key</summary>
    public bool IsManagementKey => Stored.IsManagement;

    /// <summary>The earlier name of is_management_key</summary>
    public bool IsProvisioningKey => Stored.IsManagement;

    /// <summary>Always unlimited.</summary>
    public RateLimitResponse RateLimit { get; } = new();

    /// <summary>Always null. The published client demands it.</summary>
    public string? OrganizationId => null;

    /// <summary>Always global. The published client demands it.</summary>
    /// <example>["global"]</example>
    public IReadOnlyList<string> AllowedDataRegions => ["global"];

    /// <summary>Always zeros. The published client demands it.</summary>
    public FreeModelRequestsResponse FreeModelDailyRequests { get; } = new();
}

/// <summary>The rate limit of a key: there is none.</summary>
internal sealed record RateLimitResponse
{
    /// <summary>Always -1: unlimited.</summary>
    /// <example>-1</example>
    public int Requests => -1;

    /// <summary>Without meaning.</summary>
    /// <example>10s</example>
    public string Interval => "10s";

    /// <summary>Says that this is without meaning.</summary>
    /// <example>This field is deprecated and safe to ignore.</example>
    public string Note => "This field is deprecated and safe to ignore.";
}

/// <summary>The requests to free models, of which there are none.</summary>
internal sealed record FreeModelRequestsResponse
{
    /// <summary>Always 0.</summary>
    public int Limit => 0;

    /// <summary>Always 0.</summary>
    public int Remaining => 0;

    /// <summary>Always 0.</summary>
    public int Used => 0;
}
