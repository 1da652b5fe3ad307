using System.Data.Common;

namespace Presets.Storage;

/// <summary>The table <c>workspaces</c>, and the end of everything that belongs to one.</summary>
public sealed class WorkspaceStore(Database database, TimeProvider clock)
{
    private const string Columns =
        "id, slug, name, description, default_text_model, default_provider_sort, is_default, created_by, created_at, "
        + "updated_at";

    /// <summary>The workspace with this id; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Workspace?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindAsync(connection, "id = @value", id), cancellationToken);

    /// <summary>The workspace with this slug; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Workspace?> FindAsync(string slug, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindAsync(connection, "slug = @value", slug), cancellationToken);

    /// <summary>The workspace that a text names by its id or its slug; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task<Workspace?> FindByIdOrSlugAsync(string idOrSlug, CancellationToken cancellationToken) =>
        (Guid.TryParseExact(idOrSlug, "D", out var id)
            ? await FindAsync(id, cancellationToken).ConfigureAwait(false)
            : null)
        ?? await FindAsync(idOrSlug, cancellationToken).ConfigureAwait(false);

    /// <summary>The default workspace; null before the first start.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Workspace?> FindDefaultAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindAsync(connection, "is_default = @value", true), cancellationToken);

    /// <summary>A part of the workspaces, the oldest first, ties by id.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Page<Workspace>> ListAsync(
        long offset, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            await using var count = connection.CreateCommand();
            count.CommandText = "select count(*) from workspaces";
            var total = (long)(await count.ExecuteScalarAsync().ConfigureAwait(false))!;

            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                select {Columns}
                from workspaces
                order by created_at, id
                limit @limit offset @offset
                """;
            database.Add(command, "limit", limit);
            database.Add(command, "offset", offset);
            var workspaces = new List<Workspace>();
            await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
            while (await row.ReadAsync().ConfigureAwait(false))
                workspaces.Add(Read(row));
            return new Page<Workspace>(workspaces, total);
        },
        cancellationToken);

    /// <summary>Stores a new workspace for a request of the API.</summary>
    /// <param name="requesterWorkspaceId">The workspace in which <paramref name="idempotency"/> is unique.</param>
    /// <returns>
    /// Null when it was stored; otherwise the id that an earlier request with the same idempotency key made.
    /// </returns>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.SlugTaken"/>, <see cref="RefusalCode.IdempotencyKeyReused"/>.
    /// </exception>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Guid?> CreateAsync(
        Workspace workspace,
        Guid requesterWorkspaceId,
        Idempotency? idempotency,
        CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            var earlier = idempotency is null ? null : await IdempotencyClaim.EarlierAsync(
                database, connection, requesterWorkspaceId, idempotency, workspace.Id, workspace.CreatedAt)
                .ConfigureAwait(false);
            if (earlier is not null)
                return earlier;
            await RefusingTakenSlugAsync(() => InsertAsync(connection, workspace, "")).ConfigureAwait(false);
            return null;
        },
        cancellationToken);

    /// <summary>
    /// Makes the default workspace unless there is one. Of several nodes that start at once, one makes it.
    /// </summary>
    /// <returns>The default workspace, and whether this call made it.</returns>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<(Workspace Workspace, bool Created)> EnsureDefaultAsync(
        Workspace workspace, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                workspace = workspace with { IsDefault = true };
                var created = await InsertAsync(connection, workspace, "on conflict do nothing")
                    .ConfigureAwait(false) > 0;
                return ((await FindAsync(connection, "is_default = @value", true).ConfigureAwait(false))!, created);
            },
            cancellationToken);

    /// <summary>Stores what <paramref name="change"/> makes of the workspace; it may run more than once.</summary>
    /// <returns>The workspace after the change; null when there is none.</returns>
    /// <exception cref="Refusal"><see cref="RefusalCode.SlugTaken"/>.</exception>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Workspace?> UpdateAsync(
        Guid id, Func<Workspace, Workspace> change, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            if (await FindAsync(connection, $"id = @value {ForUpdate}", id).ConfigureAwait(false) is not { } stored)
                return null;
            var workspace = change(stored) with { UpdatedAt = Timestamp.Now(clock) };
            await using var command = connection.CreateCommand();
            command.CommandText = """
                update workspaces
                set slug = @slug, name = @name, description = @description, default_text_model = @default_text_model,
                    default_provider_sort = @default_provider_sort, updated_at = @updated_at
                where id = @id
                """;
            AddValues(command, workspace);
            await RefusingTakenSlugAsync(() => command.ExecuteNonQueryAsync()).ConfigureAwait(false);
            return workspace;
        },
        cancellationToken);

    /// <summary>Deletes a workspace with its presets, their versions and its keys, all or nothing.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<WorkspaceDeletion> DeleteAsync(Guid id, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            if (await FindAsync(connection, $"id = @value {ForUpdate}", id).ConfigureAwait(false) is not { } workspace)
                return WorkspaceDeletion.NotFound;
            if (workspace.IsDefault)
                return WorkspaceDeletion.IsDefault;
            if (await HasActiveKeysAsync(connection, id).ConfigureAwait(false))
                return WorkspaceDeletion.HasActiveKeys;

            // No new preset can come: its foreign key waits for the workspace's lock. Locked heads take no new version.
            if (database.IsShared)
                await ExecuteAsync("select id from presets where workspace_id = @id order by slug for update")
                    .ConfigureAwait(false);
            await ExecuteAsync(
                "delete from preset_versions where preset_id in (select id from presets where workspace_id = @id)")
                .ConfigureAwait(false);
            await ExecuteAsync("delete from presets where workspace_id = @id").ConfigureAwait(false);
            await ExecuteAsync("delete from idempotency_keys where workspace_id = @id").ConfigureAwait(false);
            await ExecuteAsync("delete from api_keys where workspace_id = @id").ConfigureAwait(false);
            await ExecuteAsync("delete from workspaces where id = @id").ConfigureAwait(false);
            return WorkspaceDeletion.Deleted;

            async Task ExecuteAsync(string statement)
            {
                await using var command = connection.CreateCommand();
                command.CommandText = statement;
                database.Add(command, "id", id);
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
        },
        cancellationToken);

    // SQLite has one writer at a time, and no row locks.
    private string ForUpdate => database.IsShared ? "for update" : "";

    private async Task<bool> HasActiveKeysAsync(DbConnection connection, Guid id)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            select 1 from api_keys
            where workspace_id = @id
                and deleted_at is null
                and not disabled
                and (expires_at is null or expires_at > @now)
            limit 1
            """;
        database.Add(command, "id", id);
        database.Add(command, "now", Timestamp.Now(clock));
        return await command.ExecuteScalarAsync().ConfigureAwait(false) is not null;
    }

    private async Task<int> InsertAsync(DbConnection connection, Workspace workspace, string onConflict)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            insert into workspaces
                ({Columns})
            values
                (@id, @slug, @name, @description, @default_text_model, @default_provider_sort, @is_default, @created_by,
                 @created_at, @updated_at)
            {onConflict}
            """;
        AddValues(command, workspace);
        database.Add(command, "is_default", workspace.IsDefault);
        database.Add(command, "created_by", workspace.CreatedBy);
        database.Add(command, "created_at", workspace.CreatedAt);
        return await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private void AddValues(DbCommand command, Workspace workspace)
    {
        database.Add(command, "id", workspace.Id);
        database.Add(command, "slug", workspace.Slug);
        database.Add(command, "name", workspace.Name);
        database.Add(command, "description", workspace.Description);
        database.Add(command, "default_text_model", workspace.DefaultTextModel);
        database.Add(command, "default_provider_sort", workspace.DefaultProviderSort);
        database.Add(command, "updated_at", workspace.UpdatedAt);
    }

    private async Task RefusingTakenSlugAsync(Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (DbException e) when (database.ViolatedConstraint(e) == "workspaces_slug_key")
        {
            throw new Refusal(RefusalCode.SlugTaken, "Another workspace has this slug.", "slug", e);
        }
    }

    private async Task<Workspace?> FindAsync(DbConnection connection, string condition, object value)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            select {Columns}
            from workspaces
            where {condition}
            """;
        database.Add(command, "value", value);
        await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        return await row.ReadAsync().ConfigureAwait(false) ? Read(row) : null;
    }

    private Workspace Read(DbDataReader row) => new(
        Id: database.ReadGuid(row, 0),
        Slug: row.GetString(1),
        Name: row.GetString(2),
        Description: TextOrNull(row, 3),
        DefaultTextModel: TextOrNull(row, 4),
        DefaultProviderSort: TextOrNull(row, 5),
        IsDefault: database.ReadBool(row, 6),
        CreatedBy: TextOrNull(row, 7),
        CreatedAt: database.ReadTime(row, 8),
        UpdatedAt: database.ReadTimeOrNull(row, 9));

    private static string? TextOrNull(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}
