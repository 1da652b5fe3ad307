using System.Security.Cryptography;

namespace Presets.Storage;

/// <summary>
/// The client's own key for a request that makes a key or a workspace, kept in the transaction that makes it.
/// </summary>
internal static class IdempotencyClaim
{
    /// <summary>
    /// Keeps <paramref name="idempotency"/>, if there is one, for the resource <paramref name="id"/>, unless an earlier
    /// request has it.
    /// </summary>
    /// <param name="workspaceId">The workspace of the key that makes the request.</param>
    /// <returns>
    /// The id that an earlier request of the same fingerprint made; null without one.
    /// </returns>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.IdempotencyKeyReused"/>: the earlier request was another one.
    /// </exception>
    public static async Task<Guid?> EarlierAsync(
        DatabaseConnection connection, Guid workspaceId, Idempotency? idempotency, Guid id, DateTimeOffset now)
    {
        if (idempotency is null)
            return null;
        var claimed = await connection.ExecuteAsync(
            """
            insert into idempotency_keys (workspace_id, key, fingerprint, version_id, created_at)
            values ($1, $2, $3, $4, $5)
            on conflict (workspace_id, key) do update
            set fingerprint = excluded.fingerprint, version_id = excluded.version_id, created_at = excluded.created_at
            where idempotency_keys.created_at <= $6
            """,
            workspaceId, idempotency.Key, idempotency.Fingerprint, id, now, now - Idempotency.Lifetime)
            .ConfigureAwait(false);
        if (claimed > 0)
            return null;
        var (fingerprint, earlier) = await connection.FindAsync(
            "select fingerprint, version_id from idempotency_keys where workspace_id = $1 and key = $2",
            row => (row.Next<byte[]>(), row.Next<Guid>()),
            workspaceId, idempotency.Key).ConfigureAwait(false);
        return CryptographicOperations.FixedTimeEquals(fingerprint, idempotency.Fingerprint.Span)
            ? earlier
            : throw new Refusal(
                RefusalCode.IdempotencyKeyReused, "This Idempotency-Key was used for another request.");
    }
}
