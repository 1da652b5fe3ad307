using System.Text.Json;

namespace Presets.Console;

/// <summary>The presets that the command palette finds while somebody types.</summary>
internal sealed class PaletteSearch(IPresetStore store)
{
    /// <summary>Where its script asks.</summary>
    public const string Route = "palette";

    private const int Most = 8;

    /// <summary>Maps the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPage(Route, KeyScopes.Read, FindAsync);

    private async Task<Reply> FindAsync(Visit visit)
    {
        var page = SearchQuery.Of(visit.Context.Request, visit.Workspace.Id) is { } query
            ? await store.SearchAsync(query, 0, Most, visit.Cancelled)
            : await store.ListAsync(visit.Workspace.Id, 0, Most, visit.Cancelled);
        var found = new Found(page.TotalCount, [.. page.Items.Select(preset => Of(visit, preset))]);
        return new JsonReply(JsonSerializer.SerializeToUtf8Bytes(found, JsonSerializerOptions.Web));
    }

    private static FoundPreset Of(Visit visit, Preset preset)
    {
        var slug = preset.FullName.Slug;
        return new(preset.Name, slug, visit.PresetUrl(slug));
    }

    private sealed record Found(long Total, IReadOnlyList<FoundPreset> Presets);

    private sealed record FoundPreset(string Name, string Slug, string Url);
}
