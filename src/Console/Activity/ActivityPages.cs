namespace Presets.Console;

/// <summary>The history of a workspace.</summary>
internal sealed class ActivityPages(IPresetStore store)
{
    /// <summary>Maps the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPage("activity", KeyScopes.Read, ShowAsync);

    private async Task<Reply> ShowAsync(Visit visit)
    {
        var filter = ActivityFilter.Of(visit.Context.Request);
        var query = HistoryEndpoints.QueryOf(visit.Context.Request, visit.Workspace.Id);
        var offset = Paging.OffsetOf(visit.Context.Request);
        // The records are not counted: one more says whether there is another page.
        var records = await store.ListHistoryAsync(query, offset, Paging.DefaultLimit + 1, visit.Cancelled);
        return Page.Of<ActivityPage>("Activity", ("Records", records), ("Filter", filter), ("Offset", offset));
    }
}
