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

    /// <summary>When the key was last used, to a minute or so; null when no use was recorded.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>
    /// Whether the key's workspace is guarded. Known of a key that was found by its hash; otherwise false.
    /// </summary>
    public bool InGuardedWorkspace { get; init; }

    /// <summary>Whether the key may do what needs the scope <c>promote</c>.</summary>
    public bool MayPromote => Has(KeyScopes.Promote);

    /// <summary>Why the key may not do something; null when it may.</summary>
    /// <param name="anyOf">Sets of scopes, any of which suffices; none when it needs no scope.</param>
    /// <returns><see cref="RefusalCode.MissingScope"/>, naming what is missing.</returns>
    public Refusal? Lacks(params ReadOnlySpan<KeyScopes> anyOf)
    {
        if (anyOf.IsEmpty)
            return null;
        foreach (var scopes in anyOf)
            if (Has(scopes))
                return null;
        var missing = new List<string>(anyOf.Length);
        foreach (var scopes in anyOf)
            missing.Add(string.Join(" and ", KeyScopeNames.Of(scopes & ~Scopes).Select(name => $"\"{name}\"")));
        return new Refusal(RefusalCode.MissingScope, $"The key lacks the scope {string.Join(" or ", missing)}.");
    }

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

    private bool Has(KeyScopes scopes) => IsManagement || (Scopes & scopes) == scopes;
}
