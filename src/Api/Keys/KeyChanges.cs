using Presets.Storage;

namespace Presets.Api;

/// <summary>What <see cref="KeyEndpoints"/> do, for the web console, which does not see the store.</summary>
internal sealed class KeyChanges(KeyStore keys, WorkspaceStore workspaces, KeyCache cache, TimeProvider clock)
{
    /// <summary>A part of a workspace's keys, disabled ones too, the oldest first.</summary>
    public Task<List<ApiKey>> ListAsync(
        Guid workspaceId, long offset, int limit, CancellationToken cancellationToken) =>
        keys.ListAsync(workspaceId, includeDisabled: true, offset, limit, cancellationToken);

    /// <summary>A key.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.NotFound"/>.</exception>
    public async Task<ApiKey> FindAsync(string hash, CancellationToken cancellationToken) =>
        KeyHash.TryParse(hash, out var parsed) && await keys.FindAsync(parsed, cancellationToken) is { } key
            ? key
            : throw KeyEndpoints.NotFound();

    /// <summary>Makes a key, once for an idempotency.</summary>
    /// <returns>The key itself.</returns>
    public async Task<string> CreateAsync(
        JsonBody<CreateKeyRequest> body, ApiKey caller, CancellationToken cancellationToken)
    {
        var created = await KeyEndpoints.CreateAsync(
            body, new Caller(caller), keys, workspaces, cache, clock, cancellationToken);
        return created.Value!.Key;
    }

    /// <summary>Changes a key.</summary>
    public Task UpdateAsync(
        ApiKey key, JsonBody<UpdateKeyRequest> body, CancellationToken cancellationToken) =>
        KeyEndpoints.UpdateAsync(key.Hash.ToString(), body, keys, cache, cancellationToken);

    /// <summary>Deletes a key.</summary>
    public Task DeleteAsync(ApiKey key, CancellationToken cancellationToken) =>
        KeyEndpoints.DeleteAsync(key.Hash.ToString(), keys, cache, cancellationToken);
}
