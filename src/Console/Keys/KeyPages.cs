namespace Presets.Console;

/// <summary>The keys of a workspace, for management keys.</summary>
internal sealed class KeyPages(KeyChanges keys, TimeProvider clock)
{
    /// <summary>Maps the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPage("keys", KeyScopes.None, ListAsync);

    private async Task<Reply> ListAsync(Visit visit)
    {
        ManagementPages.Check(visit);
        var offset = Paging.OffsetOf(visit.Context.Request);
        // The keys are not counted: one more says whether there is another page.
        var page = await keys.ListAsync(
            visit.Workspace.Id, offset, Paging.DefaultLimit + 1, visit.Cancelled);
        return Page.Of<KeysPage>("Keys", ("Keys", page), ("Offset", offset), ("Now", clock.GetUtcNow()));
    }
}
