namespace Presets.Api;

/// <summary>
/// What became of presets, and who did it. What a change did is stored as JSON, so records are written as bytes.
/// </summary>
internal static class HistoryEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        var history = routes.MapGroup("").RequireKey(KeyKind.Any, KeyScopes.Read).WithTags("History")
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter));
        history.MapGet("/presets/{slug}/history", ListAsync).WithName("listPresetHistory")
            .WithMetadata(new QueryDoc(StatusQuery.Parameter)).Produces<Listing<HistoryResponse>>();
        history.MapGet("/history", ListOfWorkspaceAsync).WithName("listHistory")
            .WithMetadata(new QueryDoc("slug=", "actor", "since")).Produces<WorkspaceHistoryResponse>();
    }

    /// <summary>List the history of a preset</summary>
    /// <remarks>A record for each revision of a preset, newest first. total_count is the number of revisions.</remarks>
    internal static async Task ListAsync(
        HttpContext context,
        Caller caller,
        Paging paging,
        PresetWorkspace workspace,
        IPresets presets,
        IPresetStore store)
    {
        var preset = await PresetReads.FindAsync(context, caller.Key, workspace, presets);
        var records = await store.ListHistoryAsync(
            preset, PresetWorkspace.SlugOf(context), paging.Offset, paging.Limit, context.RequestAborted);
        await JsonList.WriteAsync(context, records, preset.Revision, HistoryJson.Write);
    }

    /// <summary>List the history of a workspace</summary>
    /// <remarks>
    /// The records of all presets of a workspace, newest first, archived presets included; of presets that were purged
    /// their purge alone. The records are not counted: the last page is the one that is shorter than limit.
    /// </remarks>
    internal static async Task ListOfWorkspaceAsync(
        HttpContext context, Caller caller, Paging paging, PresetWorkspace workspace, IPresetStore store)
    {
        var query = QueryOf(context.Request, workspace.Of(context, caller.Key));
        var records = await store.ListHistoryAsync(query, paging.Offset, paging.Limit, context.RequestAborted);
        await JsonList.WriteAsync(context, records, totalCount: null, HistoryJson.Write);
    }
    /// <summary>Which records of a workspace's history a request asks for.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    internal static HistoryQuery QueryOf(HttpRequest request, Guid workspaceId)
    {
        var query = new HistoryQuery(
            workspaceId, Query.Text(request, "slug"), Since: Query.Time(request, "since"));
        if (Query.Text(request, "actor") is not { } actor)
            return query;
        return KeyHash.TryParse(actor, out var key) ? query with { Key = key } : query with { UserId = actor };
    }
}
