namespace Presets;

/// <summary>Somebody who is signed in to the web console. What the browser has is stored nowhere.</summary>
/// <param name="Hash">SHA-256 of what the browser has.</param>
/// <param name="Key">The key that it was opened with.</param>
public sealed record ConsoleSession(KeyHash Hash, KeyHash Key, DateTimeOffset CreatedAt)
{
    /// <summary>How long it lasts at most. Source: the contract, "Sign in".</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
}
