namespace Presets.Storage;

/// <summary>
/// The table <c>api_keys</c>. A deleted key is absent from every answer, but its row stays: it is never created again.
/// </summary>
public sealed class KeyStore(Database database, TimeProvider clock)
{
    private const string Columns =
        "hash, workspace_id, user_id, name, label, is_management, scopes, disabled, expires_at, created_at, "
        + "updated_at";

    private const string ReadColumns = Columns + ", last_used_at";

    private const int UsesAtOnce = 500;

    // An update locks rows in the order of its plan; the lock before it takes them in the order of the keys.
    private const string SharedUsesSql =
        """
        with used as materialized (
            select k.hash, u.at
            from unnest($1, $2) as u(hash, at)
            join api_keys k on k.hash = u.hash
            where k.last_used_at is null or k.last_used_at < u.at
            order by k.hash
            for no key update of k
        )
        update api_keys k set last_used_at = used.at
        from used
        where k.hash = used.hash and (k.last_used_at is null or k.last_used_at < used.at)
        """;

    /// <summary>Its values: the workspace, whether disabled keys are wanted, limit, offset.</summary>
    internal const string PageSql =
        $"""
        select {ReadColumns}
        from api_keys
        where workspace_id = $1 and deleted_at is null and ($2 or not disabled)
        order by created_at, hash
        limit $3 offset $4
        """;

    /// <summary>The key with this hash, disabled and expired ones too; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<ApiKey?> FindAsync(KeyHash hash, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FindAsync(
            $"""
            select {ReadColumns}, (select guarded from workspaces where id = workspace_id)
            from api_keys
            where hash = $1 and deleted_at is null
            """,
            row => Read(row) with { InGuardedWorkspace = row.Next<bool>() },
            hash.ToString()),
        cancellationToken);

    /// <summary>A part of a workspace's keys, the oldest first, ties by hash.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<List<ApiKey>> ListAsync(
        Guid workspaceId, bool includeDisabled, long offset, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.ListAsync(PageSql, Read, workspaceId, includeDisabled, limit, offset),
            cancellationToken);

    /// <summary>Stores a key, unless a key with its hash was stored before, be it deleted since.</summary>
    /// <returns>Whether it was stored by this call.</returns>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<bool> AddOnceAsync(ApiKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => InsertAsync(connection, key), cancellationToken);

    /// <summary>Stores a new key for a request of the API.</summary>
    /// <param name="requesterWorkspaceId">The workspace in which <paramref name="idempotency"/> is unique.</param>
    /// <returns>
    /// Null when it was stored. Otherwise the first 128 bits of the hash of the key that an earlier request with the
    /// same idempotency key made.
    /// </returns>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidField"/>: there is no such workspace;
    /// <see cref="RefusalCode.IdempotencyKeyReused"/>.
    /// </exception>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Guid?> CreateAsync(
        ApiKey key, Guid requesterWorkspaceId, Idempotency? idempotency, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var earlier = await IdempotencyClaim.EarlierAsync(
                    connection, requesterWorkspaceId, idempotency, FirstBits(key.Hash), key.CreatedAt)
                    .ConfigureAwait(false);
                if (earlier is not null)
                    return earlier;
                // The lock keeps the workspace from being deleted before the key is stored.
                var isThere = await connection.FindAsync(
                    $"select 1 from workspaces where id = $1 {(database.IsShared ? "for key share" : "")}",
                    _ => true,
                    key.WorkspaceId).ConfigureAwait(false);
                if (!isThere)
                    throw new Refusal(RefusalCode.InvalidField, "There is no workspace with this id.", "workspace_id");
                await InsertAsync(connection, key).ConfigureAwait(false);
                return null;
            },
            cancellationToken);

    /// <summary>Changes what is given; null leaves a column as it is.</summary>
    /// <param name="scopes">What an ordinary key may do.</param>
    /// <returns>The key after the change; null when there is none.</returns>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<ApiKey?> UpdateAsync(
        KeyHash hash, string? name, bool? disabled, KeyScopes? scopes, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection => connection.FindAsync(
                $"""
                update api_keys
                set name = coalesce($1, name), disabled = coalesce($2, disabled), scopes = coalesce($3, scopes),
                    updated_at = $4
                where hash = $5 and deleted_at is null
                returning {ReadColumns}
                """,
                Read,
                name,
                disabled,
                scopes is { } given ? KeyScopeNames.TextOf(given) : null,
                Timestamp.Now(clock),
                hash.ToString()),
            cancellationToken);

    /// <summary>Deletes a key.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<bool> DeleteAsync(KeyHash hash, CancellationToken cancellationToken) => database.WriteAsync(
        async connection => await connection.ExecuteAsync(
            "update api_keys set deleted_at = $1 where hash = $2 and deleted_at is null",
            Timestamp.Now(clock), hash.ToString()).ConfigureAwait(false) > 0,
        cancellationToken);

    /// <summary>
    /// Notes when keys were used; a time that is stored never goes back. Each batch has a transaction of its own, so
    /// that nobody who changes a key waits for long. What was stored before a failure stays.
    /// </summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task AddUsesAsync(
        IEnumerable<KeyValuePair<KeyHash, DateTimeOffset>> uses, CancellationToken cancellationToken)
    {
        // In one order, so that two nodes do not wait for each other.
        var ordered = uses
            .Select(use => (Hash: use.Key.ToString(), At: use.Value))
            .OrderBy(use => use.Hash, StringComparer.Ordinal);
        foreach (var batch in ordered.Chunk(UsesAtOnce))
            await database.WriteAsync(connection => AddUsesAsync(connection, batch), cancellationToken)
                .ConfigureAwait(false);
    }

    private async Task<int> AddUsesAsync(DatabaseConnection connection, (string Hash, DateTimeOffset At)[] uses)
    {
        if (database.IsShared)
            return await connection.ExecuteAsync(
                SharedUsesSql,
                Array.ConvertAll(uses, use => use.Hash),
                Array.ConvertAll(uses, use => use.At)).ConfigureAwait(false);
        var noted = 0;
        foreach (var (hash, at) in uses)
            noted += await connection.ExecuteAsync(
                """
                update api_keys set last_used_at = $1
                where hash = $2 and (last_used_at is null or last_used_at < $1)
                """,
                at, hash).ConfigureAwait(false);
        return noted;
    }

    private static Guid FirstBits(KeyHash hash) => Guid.ParseExact(hash.ToString().AsSpan(0, 32), "N");

    private static async Task<bool> InsertAsync(DatabaseConnection connection, ApiKey key) =>
        await connection.ExecuteAsync(
            $"""
            insert into api_keys ({Columns})
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (hash) do nothing
            """,
            key.Hash.ToString(), key.WorkspaceId, key.UserId, key.Name, key.Label, key.IsManagement,
            KeyScopeNames.TextOf(key.Scopes), key.Disabled, key.ExpiresAt, key.CreatedAt, key.UpdatedAt)
            .ConfigureAwait(false) > 0;

    private static ApiKey Read(Row row) => new(
        Hash: KeyHash.Parse(row.Next<string>()),
        WorkspaceId: row.Next<Guid>(),
        UserId: row.Next<string>(),
        Name: row.Next<string>(),
        Label: row.Next<string>(),
        IsManagement: row.Next<bool>(),
        Scopes: KeyScopeNames.OfText(row.Next<string>()),
        Disabled: row.Next<bool>(),
        ExpiresAt: row.Next<DateTimeOffset?>(),
        CreatedAt: row.Next<DateTimeOffset>(),
        UpdatedAt: row.Next<DateTimeOffset?>())
    {
        LastUsedAt = row.Next<DateTimeOffset?>(),
    };
}
