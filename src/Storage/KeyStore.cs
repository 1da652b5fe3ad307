using System.Data.Common;

namespace Presets.Storage;

/// <summary>
/// The table <c>api_keys</c>. A deleted key is absent from every answer, but its row stays: it is never created again.
/// </summary>
public sealed class KeyStore(Database database, TimeProvider clock)
{
    private const string Columns =
        "hash, workspace_id, user_id, name, label, is_management, disabled, expires_at, created_at, updated_at";

    /// <summary>The key with this hash, disabled and expired ones too; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<ApiKey?> FindAsync(KeyHash hash, CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                select {Columns}
                from api_keys
                where hash = @hash and deleted_at is null
                """;
            database.Add(command, "hash", hash.ToString());
            return await ReadOneAsync(command).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>A part of a workspace's keys, the oldest first, ties by hash.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<IReadOnlyList<ApiKey>> ListAsync(
        Guid workspaceId, bool includeDisabled, long offset, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ApiKey>>(async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                select {Columns}
                from api_keys
                where workspace_id = @workspace_id and deleted_at is null and (@include_disabled or not disabled)
                order by created_at, hash
                limit @limit offset @offset
                """;
            database.Add(command, "workspace_id", workspaceId);
            database.Add(command, "include_disabled", includeDisabled);
            database.Add(command, "limit", limit);
            database.Add(command, "offset", offset);
            var keys = new List<ApiKey>();
            await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
            while (await row.ReadAsync().ConfigureAwait(false))
                keys.Add(Read(row));
            return keys;
        },
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
                var earlier = idempotency is null ? null : await IdempotencyClaim.EarlierAsync(
                    database, connection, requesterWorkspaceId, idempotency, FirstBits(key.Hash), key.CreatedAt)
                    .ConfigureAwait(false);
                if (earlier is not null)
                    return earlier;
                if (!await WorkspaceIsThereAsync(connection, key.WorkspaceId).ConfigureAwait(false))
                    throw new Refusal(RefusalCode.InvalidField, "There is no workspace with this id.", "workspace_id");
                await InsertAsync(connection, key).ConfigureAwait(false);
                return null;
            },
            cancellationToken);

    /// <summary>Changes what is given; null leaves a column as it is.</summary>
    /// <returns>The key after the change; null when there is none.</returns>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<ApiKey?> UpdateAsync(
        KeyHash hash, string? name, bool? disabled, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                update api_keys
                set name = coalesce(@name, name), disabled = coalesce(@disabled, disabled), updated_at = @now
                where hash = @hash and deleted_at is null
                returning {Columns}
                """;
            database.Add(command, "hash", hash.ToString());
            database.Add(command, "name", name);
            database.Add(command, "disabled", disabled);
            database.Add(command, "now", Timestamp.Now(clock));
            return await ReadOneAsync(command).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Deletes a key.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<bool> DeleteAsync(KeyHash hash, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "update api_keys set deleted_at = @now where hash = @hash and deleted_at is null";
            database.Add(command, "hash", hash.ToString());
            database.Add(command, "now", Timestamp.Now(clock));
            return await command.ExecuteNonQueryAsync().ConfigureAwait(false) > 0;
        },
        cancellationToken);

    private static Guid FirstBits(KeyHash hash) => Guid.ParseExact(hash.ToString().AsSpan(0, 32), "N");

    private async Task<bool> InsertAsync(DbConnection connection, ApiKey key)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            insert into api_keys
                ({Columns})
            values
                (@hash, @workspace_id, @user_id, @name, @label, @is_management, @disabled, @expires_at, @created_at,
                 @updated_at)
            on conflict (hash) do nothing
            """;
        database.Add(command, "hash", key.Hash.ToString());
        database.Add(command, "workspace_id", key.WorkspaceId);
        database.Add(command, "user_id", key.UserId);
        database.Add(command, "name", key.Name);
        database.Add(command, "label", key.Label);
        database.Add(command, "is_management", key.IsManagement);
        database.Add(command, "disabled", key.Disabled);
        database.Add(command, "expires_at", key.ExpiresAt);
        database.Add(command, "created_at", key.CreatedAt);
        database.Add(command, "updated_at", key.UpdatedAt);
        return await command.ExecuteNonQueryAsync().ConfigureAwait(false) > 0;
    }

    // The lock keeps the workspace from being deleted before the key is stored.
    private async Task<bool> WorkspaceIsThereAsync(DbConnection connection, Guid workspaceId)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"select 1 from workspaces where id = @id {(database.IsShared ? "for key share" : "")}";
        database.Add(command, "id", workspaceId);
        return await command.ExecuteScalarAsync().ConfigureAwait(false) is not null;
    }

    private async Task<ApiKey?> ReadOneAsync(DbCommand command)
    {
        await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        return await row.ReadAsync().ConfigureAwait(false) ? Read(row) : null;
    }

    private ApiKey Read(DbDataReader row) => new(
        Hash: KeyHash.Parse(row.GetString(0)),
        WorkspaceId: database.ReadGuid(row, 1),
        UserId: row.GetString(2),
        Name: row.GetString(3),
        Label: row.GetString(4),
        IsManagement: database.ReadBool(row, 5),
        Disabled: database.ReadBool(row, 6),
        ExpiresAt: database.ReadTimeOrNull(row, 7),
        CreatedAt: database.ReadTime(row, 8),
        UpdatedAt: database.ReadTimeOrNull(row, 9));
}
