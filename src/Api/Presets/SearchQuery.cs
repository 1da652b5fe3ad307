namespace Presets.Api;

/// <summary>The parameters by which a list of presets becomes a search.</summary>
internal static class SearchQuery
{
    /// <summary>What <c>sort</c> may be.</summary>
    public static readonly IReadOnlyList<string> Orders = ["-updated_at", "updated_at", "slug"];

    /// <summary>What a request searches for; null when it has none of the parameters.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static PresetQuery? Of(HttpRequest request, Guid workspaceId)
    {
        var query = new PresetQuery(workspaceId, StatusQuery.Of(request))
        {
            Text = Query.Text(request, "q"),
            Label = Query.Text(request, "label"),
            Model = Query.Text(request, "model"),
            CreatorUserId = Query.Text(request, "creator"),
            Order = OrderOf(Query.Text(request, "sort")),
        };
        if (query.Label is { } label && !Label.Reserved.Contains(label) && Label.FaultOf(label) is { } fault)
            throw new Refusal(RefusalCode.InvalidParameter, fault, "label");
        var isList = query is { Text: null, Label: null, Model: null, CreatorUserId: null, Order: default(PresetOrder) }
            && Query.Text(request, StatusQuery.Parameter) is null;
        return isList ? null : query;
    }

    private static PresetOrder OrderOf(string? sort) => sort switch
    {
        null or "-updated_at" => PresetOrder.NewestFirst,
        "updated_at" => PresetOrder.OldestFirst,
        "slug" => PresetOrder.Slug,
        _ => throw new Refusal(
            RefusalCode.InvalidParameter, $"sort must be one of {string.Join(", ", Orders)}.", "sort"),
    };
}
