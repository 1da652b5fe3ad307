namespace Presets;

/// <summary>An API key as it is kept. The key itself is stored nowhere.</summary>
/// <param name="Hash">SHA-256 of the key in lower-case hexadecimal; what names the key in the API.</param>
/// <param name="UserId">The user in whose name the key acts.</param>
/// <param name="Label">The key with its middle left out.</param>
/// <param name="IsManagement">Administers keys and workspaces, and nothing else.</param>
public sealed record ApiKey(
    string Hash,
    Guid WorkspaceId,
    string UserId,
    string Name,
    string Label,
    bool IsManagement,
    bool Disabled,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UpdatedAt);
