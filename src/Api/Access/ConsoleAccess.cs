using System.Security.Cryptography;
using Presets.Storage;

namespace Presets.Api;

/// <summary>
/// Who is signed in to the web console, and the workspaces that they can choose from. A session belongs to no node. It
/// ends with its key, as requests with the key do (<see cref="KeyCache"/>).
/// </summary>
internal sealed class ConsoleAccess(
    ConsoleSessionStore sessions, WorkspaceStore workspaces, KeyCache keys, TimeProvider clock)
{
    /// <summary>Bytes of what the browser keeps of a session.</summary>
    public const int SecretLength = 32;

    /// <summary>Opens a session.</summary>
    /// <param name="text">What was given as a key.</param>
    /// <returns>What the browser keeps, and the key.</returns>
    /// <exception cref="Refusal"><see cref="RefusalCode.Unauthorized"/>: nobody can sign in with it.</exception>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task<(byte[] Secret, ApiKey Key)> OpenAsync(string text, CancellationToken cancellationToken)
    {
        if (!KeySecret.IsWellFormed(text))
        {
            throw new Refusal(
                RefusalCode.Unauthorized,
                $"That is no key: a key is {KeySecret.Prefix} and 64 hexadecimal digits.");
        }

        var key = await FindKeyAsync(KeySecret.Hash(text));
        if (RequiredKey.KeyFault(key, clock.GetUtcNow()) is { } fault)
            throw fault;
        var secret = RandomNumberGenerator.GetBytes(SecretLength);
        var session = new ConsoleSession(HashOf(secret), key!.Hash, Timestamp.Now(clock));
        await sessions.AddAsync(session, cancellationToken);
        return (secret, key);
    }

    /// <summary>The key of a session; null when the session is over, or its key lets nobody in any more.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task<ApiKey?> FindAsync(byte[] secret, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(HashOf(secret), cancellationToken) is not { } session)
            return null;
        var key = await FindKeyAsync(session.Key);
        if (RequiredKey.KeyFault(key, clock.GetUtcNow()) is null)
            return key;
        // A key that is enabled again later opens no old session.
        await sessions.RemoveAsync(session.Hash, cancellationToken);
        return null;
    }

    /// <summary>Ends a session.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task EndAsync(byte[] secret, CancellationToken cancellationToken) =>
        sessions.RemoveAsync(HashOf(secret), cancellationToken);

    /// <summary>A workspace; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Workspace?> FindWorkspaceAsync(Guid id, CancellationToken cancellationToken) =>
        workspaces.FindAsync(id, cancellationToken);

    /// <summary>A part of the workspaces, the oldest first.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Page<Workspace>> ListWorkspacesAsync(long offset, int limit, CancellationToken cancellationToken) =>
        workspaces.ListAsync(offset, limit, cancellationToken);

    private async ValueTask<ApiKey?> FindKeyAsync(KeyHash hash) =>
        keys.TryFind(hash, out var key) ? key : await keys.FindAsync(hash);

    private static KeyHash HashOf(byte[] secret) => new(SHA256.HashData(secret));
}
