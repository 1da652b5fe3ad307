namespace Presets.Console;

/// <summary>The nodes and what they do, for management keys: it tells of the use of every workspace.</summary>
internal sealed class ClusterPages(INodes nodes)
{
    /// <summary>Maps the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPage("cluster", KeyScopes.None, ShowAsync);

    private async Task<Reply> ShowAsync(Visit visit)
    {
        ManagementPages.Check(visit);
        return Page.Of<ClusterPage>("Cluster", ("Nodes", await nodes.AskAsync(visit.Cancelled)));
    }
}
