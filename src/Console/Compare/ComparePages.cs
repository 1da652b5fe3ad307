namespace Presets.Console;

/// <summary>Two versions of a preset side by side.</summary>
internal sealed class ComparePages(IPresets presets, IPresetStore store)
{
    /// <summary>Maps the route.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPage("presets/{slug}/compare", KeyScopes.Read, CompareAsync);

    private async Task<Reply> CompareAsync(Visit visit)
    {
        var snapshot = await PresetPages.FindAsync(presets, visit, PresetWorkspace.SlugOf(visit.Context));
        var preset = PresetView.Of(snapshot);
        var to = NumberOf("to") ?? preset.Designated;
        var from = NumberOf("from") ?? Math.Max(1, to - 1);
        var comparison = Comparison.Of(
            await VersionEndpoints.FindAsync(store, snapshot, from, visit.Cancelled),
            await VersionEndpoints.FindAsync(store, snapshot, to, visit.Cancelled));
        return Page.Of<ComparePage>(
            $"{preset.Name}: v{from} and v{to}", ("Preset", preset), ("Comparison", comparison));

        int? NumberOf(string parameter) => Query.Text(visit.Context.Request, parameter) is { } version
            ? VersionEndpoints.NumberOf(snapshot, version, parameter)
            : null;
    }
}
