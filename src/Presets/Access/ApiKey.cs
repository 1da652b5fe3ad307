namespace Presets;

/// <summary>An API key as it is kept. The key itself is stored nowhere.</summary>
/// <param name="Hash">SHA-256 of the key; names the key in the API.</param>
/// <param name="UserId">The user in whose name the key acts.</param>
/// <param name="Label">The key with its middle left out.</param>
/// <param name="IsManagement">
/// Administers keys, workspaces and what becomes of presets, and creates no version. Scopes do not limit it.
/// </param>
/// <param name="Scopes">What the key may do; without meaning for a management key.</param>
public sealed record ApiKey(
    KeyHash Hash,
    Guid WorkspaceId,
    string UserId,
    string Name,
    string Label,
    bool IsManagement,
    KeyScopes Scopes,
    bool Disabled,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UpdatedAt)
{
    /// <summary>The user in whose name keys act that no other key made.</summary>
    public const string OperatorUserId = "user_operator";

    /// <summary>
    /// Whether the key's workspace is guarded. Known of a key that was found by its hash; otherwise false.
    /// </summary>
    public bool InGuardedWorkspace { get; init; }

    /// <summary>Whether the key may do what needs the scope <c>promote</c>.</summary>
    public bool MayPromote => Has(KeyScopes.Promote);

    /// <summary>Whether the key may do what needs all of these scopes.</summary>
    public bool Has(KeyScopes scopes) => IsManagement || (Scopes & scopes) == scopes;

    /// <summary>A new ordinary key of the operator with every scope, which does not expire.</summary>
    /// <param name="secret">The key itself, well formed.</param>
    public static ApiKey FromSecret(string secret, Guid workspaceId, string name, DateTimeOffset now) => new(
        KeySecret.Hash(secret),
        workspaceId,
        OperatorUserId,
        name,
        KeySecret.Label(secret),
        IsManagement: false,
        Scopes: KeyScopes.All,
        Disabled: false,
        ExpiresAt: null,
        CreatedAt: now,
        UpdatedAt: null);
}
