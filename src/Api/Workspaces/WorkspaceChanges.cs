using Presets.Storage;

namespace Presets.Api;

/// <summary>What <see cref="WorkspaceEndpoints"/> do, for the web console, which does not see the store.</summary>
internal sealed class WorkspaceChanges(WorkspaceStore workspaces, KeyCache cache, TimeProvider clock)
{
    /// <summary>A workspace, by its id or its slug.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.NotFound"/>.</exception>
    public async Task<Workspace> FindAsync(string id, CancellationToken cancellationToken) =>
        await workspaces.FindByIdOrSlugAsync(id, cancellationToken) ?? throw WorkspaceEndpoints.NotFound();

    /// <summary>Makes a workspace, once for an idempotency.</summary>
    /// <returns>Its id.</returns>
    public async Task<Guid> CreateAsync(
        JsonBody<CreateWorkspaceRequest> body, ApiKey caller, HttpResponse response,
        CancellationToken cancellationToken)
    {
        var created = await WorkspaceEndpoints.CreateAsync(
            body, new Caller(caller), workspaces, clock, response, cancellationToken);
        return created.Value!.Data.Id;
    }

    /// <summary>Changes a workspace.</summary>
    public Task UpdateAsync(
        Guid id, JsonBody<UpdateWorkspaceRequest> body, CancellationToken cancellationToken) =>
        WorkspaceEndpoints.UpdateAsync(id.ToString(), body, workspaces, cache, cancellationToken);

    /// <summary>Deletes a workspace.</summary>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        WorkspaceEndpoints.DeleteAsync(id.ToString(), workspaces, cache, cancellationToken);
}
