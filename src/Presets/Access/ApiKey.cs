namespace Presets;

/// <summary>An API key as it is kept. The key itself is stored nowhere.</summary>
/// <param name="Hash">SHA-256 of the key; names the key in the API.</param>
/// <param name="UserId">The user in whose name the key acts.</param>
/// <param name="Label">The key with its middle left out.</param>
/// <param name="IsManagement">Administers keys and workspaces, reads every preset, and creates no version.</param>
public sealed record ApiKey(
    KeyHash Hash,
    Guid WorkspaceId,
    string UserId,
    string Name,
    string Label,
    bool IsManagement,
    bool Disabled,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UpdatedAt)
{
    /// <summary>The user in whose name keys act that no other key made.</summary>
    public const string OperatorUserId = "user_operator";

    /// <summary>A new ordinary key of the operator, which does not expire.</summary>
    /// <param name="secret">The key itself, well formed.</param>
    public static ApiKey FromSecret(string secret, Guid workspaceId, string name, DateTimeOffset now) => new(
        KeySecret.Hash(secret),
        workspaceId,
        OperatorUserId,
        name,
        KeySecret.Label(secret),
        IsManagement: false,
        Disabled: false,
        ExpiresAt: null,
        CreatedAt: now,
        UpdatedAt: null);
}
