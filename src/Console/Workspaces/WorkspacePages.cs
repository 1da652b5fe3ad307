namespace Presets.Console;

/// <summary>The workspaces, from which a management key chooses.</summary>
internal sealed class WorkspacePages(ConsoleAccess access)
{
    /// <summary>Maps the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPage("workspaces", KeyScopes.None, ListAsync);

    private async Task<Reply> ListAsync(Visit visit)
    {
        ManagementPages.Check(visit);
        var paging = Paging.Of(visit.Context.Request);
        var page = await access.ListWorkspacesAsync(paging.Offset, paging.Limit, visit.Cancelled);
        return Page.Of<WorkspacesPage>("Workspaces", ("Workspaces", page), ("Offset", paging.Offset));
    }
}
