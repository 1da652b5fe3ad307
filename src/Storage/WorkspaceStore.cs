using System.Data.Common;

namespace Presets.Storage;

/// <summary>The table <c>workspaces</c>, and the end of everything that belongs to one.</summary>
public sealed class WorkspaceStore(Database database, TimeProvider clock)
{
    private const string Columns =
        "id, slug, name, description, default_text_model, default_provider_sort, is_default, created_by, created_at, "
        + "updated_at, guarded";

    /// <summary>Its values: limit, offset.</summary>
    internal const string PageSql = $"select {Columns} from workspaces order by created_at, id limit $1 offset $2";

    /// <summary>The workspace with this id; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Workspace?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindAsync(connection, "id = $1", id), cancellationToken);

    /// <summary>The workspace that a text names by its id or its slug; null when there is none.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Workspace?> FindByIdOrSlugAsync(string idOrSlug, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
                (Guid.TryParseExact(idOrSlug, "D", out var id)
                    ? await FindAsync(connection, "id = $1", id).ConfigureAwait(false)
                    : null)
                ?? await FindAsync(connection, "slug = $1", idOrSlug).ConfigureAwait(false),
            cancellationToken);

    /// <summary>The default workspace; null before the first start.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Workspace?> FindDefaultAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindAsync(connection, "is_default = $1", true), cancellationToken);

    /// <summary>A part of the workspaces, the oldest first, ties by id.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<Page<Workspace>> ListAsync(
        long offset, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            var total = await connection.FindAsync("select count(*) from workspaces", row => row.Next<long>())
                .ConfigureAwait(false);
            var workspaces = await connection.ListAsync(PageSql, Read, limit, offset).ConfigureAwait(false);
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
            var earlier = await IdempotencyClaim.EarlierAsync(
                connection, requesterWorkspaceId, idempotency, workspace.Id, workspace.CreatedAt)
                .ConfigureAwait(false);
            if (earlier is null)
                await RefusingTakenSlugAsync(InsertAsync(connection, workspace, "")).ConfigureAwait(false);
            return earlier;
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
                return ((await FindAsync(connection, "is_default = $1", true).ConfigureAwait(false))!, created);
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
            if (await FindAsync(connection, $"id = $1 {ForUpdate}", id).ConfigureAwait(false) is not { } stored)
                return null;
            var workspace = change(stored) with { UpdatedAt = Timestamp.Now(clock) };
            await RefusingTakenSlugAsync(connection.ExecuteAsync(
                """
                update workspaces
                set slug = $1, name = $2, description = $3, default_text_model = $4, default_provider_sort = $5,
                    guarded = $6, updated_at = $7
                where id = $8
                """,
                workspace.Slug, workspace.Name, workspace.Description, workspace.DefaultTextModel,
                workspace.DefaultProviderSort, workspace.Guarded, workspace.UpdatedAt, id)).ConfigureAwait(false);
            return workspace;
        },
        cancellationToken);

    /// <summary>
    /// Deletes a workspace with its presets and its keys, all or nothing. Their versions and history go afterwards
    /// (<see cref="IPresetStore.FinishPurgesAsync"/>).
    /// </summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<WorkspaceDeletion> DeleteAsync(Guid id, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            if (await FindAsync(connection, $"id = $1 {ForUpdate}", id).ConfigureAwait(false) is not { } workspace)
                return WorkspaceDeletion.NotFound;
            if (workspace.IsDefault)
                return WorkspaceDeletion.IsDefault;
            var hasActiveKeys = await connection.FindAsync(
                """
                select 1 from api_keys
                where workspace_id = $1
                    and deleted_at is null
                    and not disabled
                    and (expires_at is null or expires_at > $2)
                limit 1
                """,
                _ => true, id, Timestamp.Now(clock)).ConfigureAwait(false);
            if (hasActiveKeys)
                return WorkspaceDeletion.HasActiveKeys;

            // No new preset can come: its foreign key waits for the workspace's lock. Locked heads take no new version.
            foreach (var statement in new[]
            {
                $"select id from presets where workspace_id = $1 order by slug {ForUpdate}",
                "insert into preset_purges (preset_id) select id from presets where workspace_id = $1",
                "delete from presets where workspace_id = $1",
                "delete from preset_changes where workspace_id = $1 and preset_id is null",
                "delete from idempotency_keys where workspace_id = $1",
                "delete from api_keys where workspace_id = $1",
                "delete from workspaces where id = $1",
            })
                await connection.ExecuteAsync(statement, id).ConfigureAwait(false);
            return WorkspaceDeletion.Deleted;
        },
        cancellationToken);

    // SQLite has one writer at a time, and no row locks.
    private string ForUpdate => database.IsShared ? "for update" : "";

    private static Task<int> InsertAsync(DatabaseConnection connection, Workspace workspace, string onConflict) =>
        connection.ExecuteAsync(
            $"""
            insert into workspaces ({Columns})
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            {onConflict}
            """,
            workspace.Id, workspace.Slug, workspace.Name, workspace.Description, workspace.DefaultTextModel,
            workspace.DefaultProviderSort, workspace.IsDefault, workspace.CreatedBy, workspace.CreatedAt,
            workspace.UpdatedAt, workspace.Guarded);

    private async Task RefusingTakenSlugAsync(Task write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (DbException e) when (database.ViolatedConstraint(e) == "workspaces_slug_key")
        {
            throw new Refusal(RefusalCode.SlugTaken, "Another workspace has this slug.", "slug", e);
        }
    }

    private static Task<Workspace?> FindAsync(DatabaseConnection connection, string condition, object value) =>
        connection.FindAsync($"select {Columns} from workspaces where {condition}", Read, value);

    private static Workspace Read(Row row) => new(
        Id: row.Next<Guid>(),
        Slug: row.Next<string>(),
        Name: row.Next<string>(),
        Description: row.Next<string?>(),
        DefaultTextModel: row.Next<string?>(),
        DefaultProviderSort: row.Next<string?>(),
        IsDefault: row.Next<bool>(),
        CreatedBy: row.Next<string?>(),
        CreatedAt: row.Next<DateTimeOffset>(),
        UpdatedAt: row.Next<DateTimeOffset?>())
    {
        Guarded = row.Next<bool>(),
    };
}
