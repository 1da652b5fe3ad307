namespace Presets.Console;

/// <summary>The presets of a workspace, and each of them.</summary>
internal sealed class PresetPages(IPresets presets, IPresetStore store, UsageReads usage)
{
    private const int PageSize = 25;

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("presets", KeyScopes.Read, ListAsync);
        routes.MapPage("presets/{slug}", KeyScopes.Read, ShowAsync);
        routes.MapPage("presets/{slug}/versions/{version}", KeyScopes.Read, ShowAsync);
        routes.MapPage("presets/{slug}/history", KeyScopes.Read, ShowHistoryAsync);
    }

    /// <summary>The preset that the path names, archived ones too.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.NotFound"/>.</exception>
    public static async Task<PresetSnapshot> FindAsync(IPresets presets, Visit visit, string slug) =>
        await presets.GetAsync(new PresetName(visit.Workspace.Id, slug), visit.Cancelled)
        ?? throw PresetReads.NotFound();

    private async Task<Reply> ListAsync(Visit visit)
    {
        var request = visit.Context.Request;
        var offset = Paging.OffsetOf(request);
        var query = SearchQuery.Of(request, visit.Workspace.Id);
        var page = query is null
            ? await store.ListAsync(visit.Workspace.Id, offset, PageSize, visit.Cancelled)
            : await store.SearchAsync(query, offset, PageSize, visit.Cancelled);
        var changes = await Task.WhenAll(page.Items.Select(preset => LastChangeAsync(visit, preset)));
        var rows = page.Items.Zip(changes, (preset, change) => new PresetRow(preset, change)).ToList();
        var list = new PresetList(rows, page.TotalCount, offset, PageSize, PresetFilter.Of(request), query is not null);
        return Page.Of<PresetsPage>("Presets", ("List", list));
    }

    private async Task<HistoryRecord?> LastChangeAsync(Visit visit, Preset preset)
    {
        // The numbers are all that the history takes of a state.
        var state = new PresetSnapshot(
            default, preset.Id, preset.Revision, preset.DesignatedVersion, preset.Status, default, null)
        {
            LatestVersion = preset.LatestVersion,
        };
        var records = await store.ListHistoryAsync(state, preset.FullName.Slug, 0, 1, visit.Cancelled);
        return records.FirstOrDefault();
    }

    private async Task<Reply> ShowAsync(Visit visit)
    {
        var snapshot = await FindAsync(presets, visit, PresetWorkspace.SlugOf(visit.Context));
        var preset = PresetView.Of(snapshot);
        var number = visit.Context.Request.RouteValues["version"] is string version
            ? VersionEndpoints.NumberOf(snapshot, version, "version")
            : preset.Designated;
        var shown = VersionEndpoints.FindAsync(store, snapshot, number, visit.Cancelled);
        var used = usage.ReadAsync(snapshot.PresetId, UsagePlot.Days, visit.Cancelled);
        var recent = store.ListVersionsAsync(
            snapshot.PresetId, Math.Max(1, preset.Latest - PresetPage.Recent + 1), PresetPage.Recent, visit.Cancelled);
        var done = await DoneAsync(visit, snapshot, preset.Slug);
        return Page.Of<PresetPage>(
            number == preset.Designated ? preset.Name : $"{preset.Name}, version {number}",
            ("Preset", preset),
            ("Version", await shown),
            ("Usage", new UsagePlot(await used, preset.Designated)),
            ("Versions", await recent),
            ("Done", done));
    }

    // What the change did that led to this page.
    private async Task<HistoryRecord?> DoneAsync(Visit visit, PresetSnapshot snapshot, string slug)
    {
        var revision = Query.Number(visit.Context.Request, "done", 0, 0, long.MaxValue);
        if (revision < 1 || revision > snapshot.Revision)
            return null;
        var records = await store.ListHistoryAsync(
            snapshot, slug, snapshot.Revision - revision, 1, visit.Cancelled);
        return records.FirstOrDefault();
    }

    private async Task<Reply> ShowHistoryAsync(Visit visit)
    {
        var snapshot = await FindAsync(presets, visit, PresetWorkspace.SlugOf(visit.Context));
        var preset = PresetView.Of(snapshot);
        var offset = Paging.OffsetOf(visit.Context.Request);
        var records = await store.ListHistoryAsync(
            snapshot, preset.Slug, offset, Paging.DefaultLimit, visit.Cancelled);
        return Page.Of<HistoryPage>(
            $"History of {preset.Name}",
            ("Preset", preset),
            ("Records", records),
            ("Offset", offset),
            ("TotalCount", snapshot.Revision));
    }
}
