using Microsoft.AspNetCore.Http.HttpResults;
using Presets.Storage;

namespace Presets.Api;

/// <summary>Workspaces. Source of the members and their bounds: the OpenRouter document.</summary>
internal static class WorkspaceEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapWorkspaces(this IEndpointRouteBuilder routes)
    {
        var workspaces = routes.MapGroup("/workspaces")
            .RequireKey(KeyKind.Management).WithTypedAnswers().WithTags("Workspaces");
        workspaces.MapGet("", ListAsync).WithName("listWorkspaces");
        workspaces.MapPost("", CreateAsync).WithName("createWorkspace")
            .WithMetadata(new IdempotentRoute("POST workspaces"));
        workspaces.MapGet("{id}", GetAsync).WithName("getWorkspace");
        workspaces.MapPatch("{id}", UpdateAsync).WithName("updateWorkspace");
        workspaces.MapDelete("{id}", DeleteAsync).WithName("deleteWorkspace").Refuses(400);
    }

    /// <summary>There is no such workspace.</summary>
    public static Refusal NotFound() => new(RefusalCode.NotFound, "There is no workspace with this id or slug.");

    /// <summary>List workspaces</summary>
    /// <remarks>The workspaces, oldest first. Needs a management key.</remarks>
    internal static async Task<Ok<Listing<WorkspaceResponse>>> ListAsync(
        Paging paging, WorkspaceStore workspaces, CancellationToken cancellationToken)
    {
        var page = await workspaces.ListAsync(paging.Offset, paging.Limit, cancellationToken);
        return TypedResults.Ok(new Listing<WorkspaceResponse>(
            [.. page.Items.Select(workspace => new WorkspaceResponse(workspace))], page.TotalCount));
    }

    /// <summary>Create a workspace</summary>
    /// <remarks>Makes a workspace, without keys. Needs a management key.</remarks>
    internal static async Task<Created<Single<WorkspaceResponse>>> CreateAsync(
        JsonBody<CreateWorkspaceRequest> body, Caller caller, WorkspaceStore workspaces, TimeProvider clock,
        HttpResponse response, CancellationToken cancellationToken)
    {
        var request = body.Value;
        var workspace = new Workspace(
            Guid.CreateVersion7(), request.Slug!, request.Name!, request.Description, request.DefaultTextModel,
            request.DefaultProviderSort, IsDefault: false, caller.Key.UserId, Timestamp.Now(clock), UpdatedAt: null)
        {
            Guarded = request.Guarded ?? false,
        };
        var earlier = await workspaces.CreateAsync(
            workspace, caller.Key.WorkspaceId, body.Idempotency, cancellationToken);
        if (earlier is { } id)
        {
            workspace = await workspaces.FindAsync(id, cancellationToken) ?? throw new Refusal(
                RefusalCode.NotFound, "The workspace that this Idempotency-Key made has been deleted since.");
            response.Headers[IdempotencyHeader.Replayed] = "true";
        }

        return TypedResults.Created((string?)null, new Single<WorkspaceResponse>(new(workspace)));
    }

    /// <summary>Get a workspace</summary>
    /// <remarks>One workspace, by its id or its slug. Needs a management key.</remarks>
    internal static async Task<Ok<Single<WorkspaceResponse>>> GetAsync(
        string id, WorkspaceStore workspaces, CancellationToken cancellationToken) =>
        Answer(await workspaces.FindByIdOrSlugAsync(id, cancellationToken));

    /// <summary>Update a workspace</summary>
    /// <remarks>
    /// Changes the fields that are given; a null clears a field that may be null. Needs a management key.
    /// </remarks>
    internal static async Task<Ok<Single<WorkspaceResponse>>> UpdateAsync(
        string id,
        JsonBody<UpdateWorkspaceRequest> body,
        WorkspaceStore workspaces,
        KeyCache cache,
        CancellationToken cancellationToken)
    {
        var stored = await workspaces.FindByIdOrSlugAsync(id, cancellationToken) ?? throw NotFound();
        var request = body.Value;
        var workspace = await workspaces.UpdateAsync(stored.Id, Change, cancellationToken);
        // Keys know whether their workspace is guarded.
        if (request.Guarded is not null)
            cache.ForgetAll();
        return Answer(workspace);

        Workspace Change(Workspace workspace) => workspace with
        {
            Slug = request.Slug ?? workspace.Slug,
            Name = request.Name ?? workspace.Name,
            Description = Or("description", request.Description, workspace.Description),
            DefaultTextModel = Or("default_text_model", request.DefaultTextModel, workspace.DefaultTextModel),
            DefaultProviderSort =
                Or("default_provider_sort", request.DefaultProviderSort, workspace.DefaultProviderSort),
            Guarded = request.Guarded ?? workspace.Guarded,
        };

        string? Or(string name, string? given, string? before) => given ?? (body.IsNull(name) ? null : before);
    }

    /// <summary>Delete a workspace</summary>
    /// <remarks>
    /// Deletes a workspace with its presets and their versions. Not the default one (403), and not one with active keys
    /// (400 workspace_not_empty). Needs a management key.
    /// </remarks>
    internal static async Task<Ok<DeletedResponse>> DeleteAsync(
        string id, WorkspaceStore workspaces, KeyCache cache, CancellationToken cancellationToken)
    {
        var workspace = await workspaces.FindByIdOrSlugAsync(id, cancellationToken) ?? throw NotFound();
        switch (await workspaces.DeleteAsync(workspace.Id, cancellationToken))
        {
            case WorkspaceDeletion.NotFound:
                throw NotFound();
            case WorkspaceDeletion.IsDefault:
                throw new Refusal(RefusalCode.Forbidden, "The default workspace cannot be deleted.");
            case WorkspaceDeletion.HasActiveKeys:
                throw new Refusal(
                    RefusalCode.WorkspaceNotEmpty, "The workspace has active keys; delete or disable them first.");
        }

        cache.ForgetAll();
        return TypedResults.Ok(new DeletedResponse());
    }

    private static Ok<Single<WorkspaceResponse>> Answer(Workspace? workspace) =>
        TypedResults.Ok(new Single<WorkspaceResponse>(new(workspace ?? throw NotFound())));
}
