using System.Data.Common;
using System.Security.Cryptography;

namespace Presets.Storage;

/// <summary>
/// The client's own key for a request that makes a key or a workspace, kept in the transaction that makes it.
/// </summary>
internal static class IdempotencyClaim
{
    /// <summary>
    /// Keeps <paramref name="idempotency"/> for the resource <paramref name="id"/>, unless an earlier request has it.
    /// </summary>
    /// <param name="workspaceId">The workspace of the key that makes the request.</param>
    /// <returns>
    /// Null when it is kept; the id that the earlier request of the same fingerprint made, when there is one.
    /// </returns>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.IdempotencyKeyReused"/>: the earlier request was another one.
    /// </exception>
    public static async Task<Guid?> EarlierAsync(
        Database database,
        DbConnection connection,
        Guid workspaceId,
        Idempotency idempotency,
        Guid id,
        DateTimeOffset now)
    {
        await using var claim = connection.CreateCommand();
        claim.CommandText = """
            insert into idempotency_keys (workspace_id, key, fingerprint, version_id, created_at)
            values (@workspace_id, @key, @fingerprint, @version_id, @now)
            on conflict (workspace_id, key) do update
            set fingerprint = excluded.fingerprint, version_id = excluded.version_id, created_at = excluded.created_at
            where idempotency_keys.created_at <= @forgotten
            """;
        database.Add(claim, "workspace_id", workspaceId);
        database.Add(claim, "key", idempotency.Key);
        database.Add(claim, "fingerprint", idempotency.Fingerprint.ToArray());
        database.Add(claim, "version_id", id);
        database.Add(claim, "now", now);
        database.Add(claim, "forgotten", now - Idempotency.Lifetime);
        if (await claim.ExecuteNonQueryAsync().ConfigureAwait(false) > 0)
            return null;

        await using var earlier = connection.CreateCommand();
        earlier.CommandText = """
            select fingerprint, version_id from idempotency_keys where workspace_id = @workspace_id and key = @key
            """;
        database.Add(earlier, "workspace_id", workspaceId);
        database.Add(earlier, "key", idempotency.Key);
        await using var row = await earlier.ExecuteReaderAsync().ConfigureAwait(false);
        await row.ReadAsync().ConfigureAwait(false);
        if (!CryptographicOperations.FixedTimeEquals(row.GetFieldValue<byte[]>(0), idempotency.Fingerprint.Span))
            throw new Refusal(RefusalCode.IdempotencyKeyReused, "This Idempotency-Key was used for another request.");
        return database.ReadGuid(row, 1);
    }
}
