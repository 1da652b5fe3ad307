using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Presets.Api;

/// <summary>The models that a request may name, in front of them the presets of the workspace.</summary>
internal sealed class ModelEndpoints(ListedPresets presets, UpstreamModels upstreams, PresetWorkspace workspace)
{
    // Source: OpenRouter's document.
    private const int DefaultLimit = 500;
    private const int MaxLimit = 1000;

    /// <summary>The header by which Anthropic's clients are told.</summary>
    public const string AnthropicVersion = "anthropic-version";

    private const string AfterId = "after_id";

    // Anthropic's clients, and editors made for them, show only ids that begin so.
    private const string AnthropicPrefix = "anthropic/";

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/models").WithTypedAnswers().WithTags("Models")
            .RequireKey(KeyKind.Any, KeyScopes.Read, KeyScopes.Inference)
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter));
        MapList("", "listModels");
        MapList("user", "listModelsUser");
        models.MapGet("count", CountAsync).WithName("listModelsCount")
            .Refuses(424).Refuses(502).Refuses(504);

        void MapList(string path, string name) =>
            models.MapRaw<ModelListResponse>(HttpMethod.Get, path, ListAsync)
                .WithName(name)
                .WithSummary("List models")
                .WithDescription(
                    "The active presets of a workspace, the 1,000 that were updated last, and after them the models of "
                    + "the upstreams. Without offset and limit, all of them. With the header anthropic-version, the "
                    + "ids of presets begin with anthropic/. Other parameters go to the upstreams.")
                .WithMetadata(new QueryDoc("offset", "limit=", AfterId))
                .Refuses(424)
                .Refuses(502)
                .Refuses(504);
    }

    private async Task ListAsync(HttpContext context, ApiKey caller)
    {
        var rows = await RowsAsync(context, caller);
        var request = context.Request;
        var (offset, limit) = PartOf(request, rows);
        var page = rows.GetRange(offset, limit);
        var end = offset + limit;
        var more = new ModelPage
        {
            Links = new ModelPageLinks { Next = end < rows.Count ? NextOf(request, end, limit) : null },
            HasMore = end < rows.Count,
            FirstId = page is [var first, ..] ? first.Id : null,
            LastId = page is [.., var last] ? last.Id : null,
        };
        await JsonList.WriteAsync(
            context,
            page,
            rows.Count,
            (json, row) => row.Write(json),
            JsonSerializer.SerializeToUtf8Bytes(more, ApiJson.Instance.ModelPage));
    }

    /// <summary>Count models</summary>
    /// <remarks>How many rows the list of models has.</remarks>
    internal async Task<Ok<Single<ModelCount>>> CountAsync(HttpContext context, Caller caller)
    {
        var rows = await RowsAsync(context, caller.Key);
        return TypedResults.Ok(new Single<ModelCount>(new ModelCount { Count = rows.Count }));
    }

    private async Task<List<ListedModel>> RowsAsync(HttpContext context, ApiKey caller)
    {
        var active = await presets.ListAsync(workspace.Of(context, caller));
        var models = await upstreams.ListAsync();
        var traits = models.ToDictionary(model => model.Id, model => model.Traits);
        var request = context.Request;
        var prefix = request.Headers.ContainsKey(AnthropicVersion) ? AnthropicPrefix : "";
        var others = OthersOf(request);
        return
        [
            .. active.Select(preset => ListedModel.Of(preset, prefix, TraitsOf(preset.Model, traits))),
            .. others.HasValue ? await upstreams.QueryAsync(others) : models,
        ];
    }

    // A suffix such as :nitro is no part of what an upstream lists.
    private static ModelTraits TraitsOf(string? model, Dictionary<string, ModelTraits> traits) =>
        model is null ? ModelTraits.Neutral
        : traits.GetValueOrDefault(model)
            ?? traits.GetValueOrDefault(model.Split(':')[0])
            ?? ModelTraits.Neutral;

    // What the upstream understands, and this service does not.
    private static QueryString OthersOf(HttpRequest request) => QueryString.Create(request.Query.Where(
        each => each.Key is not ("offset" or "limit" or AfterId or PresetWorkspace.Parameter)));

    private static (int Offset, int Limit) PartOf(HttpRequest request, List<ListedModel> rows)
    {
        var limit = (int)Query.Number(request, "limit", 0, 1, MaxLimit);
        var offset = (int)Math.Min(Query.Number(request, "offset", 0, 0, long.MaxValue), rows.Count);
        if (Query.Text(request, AfterId) is { } after)
            offset = rows.FindIndex(row => row.Id == after) + 1;
        var asksForPart = limit > 0 || request.Query.ContainsKey("offset");
        return (offset, Math.Min(limit > 0 ? limit : asksForPart ? DefaultLimit : int.MaxValue, rows.Count - offset));
    }

    private static string NextOf(HttpRequest request, int offset, int limit)
    {
        var others = request.Query.Where(each => each.Key is not ("offset" or "limit" or AfterId));
        return request.PathBase + request.Path + QueryString.Create(others)
            .Add("offset", $"{offset}").Add("limit", $"{limit}");
    }
}
