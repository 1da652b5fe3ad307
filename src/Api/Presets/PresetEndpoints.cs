using System.Globalization;

namespace Presets.Api;

/// <summary>
/// Presets: created from the three inference requests, read, listed. The answers to creates and reads are bytes that
/// exist already, so these handlers are plain request delegates: nothing is bound and nothing is serialised.
/// </summary>
internal sealed class PresetEndpoints(
    IPresets presets, IPresetStore store, PresetWorkspace workspace, RequestBodies bodies)
{
    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var presets = routes.MapGroup("/presets").WithTags("Presets")
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter));
        presets.MapRaw<Listing<PresetSummary>>(HttpMethod.Get, "", ListAsync)
            .WithName("listPresets")
            .WithSummary("List presets")
            .WithDescription(
                "The presets of a workspace that are not archived, newest-updated first; or those that the parameters "
                + "ask for.")
            .WithMetadata(new QueryDoc("offset", "limit", "q", "label", "model", "status", "creator", "sort"))
            .RequireKey(KeyKind.Any);
        presets.MapRaw<Single<PresetResponse>>(HttpMethod.Get, "{slug}", Get)
            .WithName("getPreset")
            .WithSummary("Get a preset")
            .WithDescription("A preset with its designated version inline.")
            .RequireKey(KeyKind.Any);
        MapCreate(presets, "chat/completions", BodyKind.ChatCompletions, "ChatCompletions", "a chat-completions");
        MapCreate(presets, "messages", BodyKind.Messages, "Messages", "an Anthropic Messages");
        // Anthropic's clients add /v1/messages to their base URL: the same route by another path.
        MapCreate(presets, "messages", BodyKind.Messages, "V1Messages", "an Anthropic Messages", "v1/messages");
        MapCreate(presets, "responses", BodyKind.Responses, "Responses", "a Responses");
    }

    private void MapCreate(
        IEndpointRouteBuilder presets, string route, BodyKind kind, string name, string article, string? path = null) =>
        presets.MapRaw<Single<PresetResponse>>(HttpMethod.Post, "{slug}/" + (path ?? route), Create(kind, route))
            .WithName("createPresets" + name)
            .WithSummary($"Create a preset from {article} request body")
            .WithDescription(
                "Creates the preset, or a new version of it, which becomes the designated one. What a preset keeps is "
                + "stored with the JSON text it came with; the rest is ignored and named in X-Ignored-Fields. It is "
                + "durable before the answer.")
            .WithMetadata(new RequestDoc(kind), new IdempotentRoute(route))
            .Refuses(404)
            .Refuses(409);

    /// <summary>There is no such preset in the workspace.</summary>
    public static Refusal NotFound() => new(RefusalCode.NotFound, "There is no preset with this slug.");

    private async Task ListAsync(HttpContext context, ApiKey caller)
    {
        var (offset, limit) = Paging.Of(context.Request);
        var workspaceId = workspace.Of(context, caller);
        var page = SearchQuery.Of(context.Request, workspaceId) is { } query
            ? await store.SearchAsync(query, offset, limit, context.RequestAborted)
            : await store.ListAsync(workspaceId, offset, limit, context.RequestAborted);
        await JsonList.WriteAsync(context, page.Items, page.TotalCount, PresetJson.WritePreset);
    }

    // No token: the read is shared with others who ask for the same preset, and asking for one costs each request an
    // allocation.
    private Task Get(HttpContext context, ApiKey caller)
    {
        var answer = presets.GetAsync(workspace.NameOf(context, caller), CancellationToken.None);
        return answer.IsCompletedSuccessfully ? Answer(context, answer.Result) : AwaitAsync(answer);

        async Task AwaitAsync(ValueTask<PresetSnapshot?> pending) => await Answer(context, await pending);
    }

    private static Task Answer(HttpContext context, PresetSnapshot? answer)
    {
        if (answer is null)
            return ErrorAnswer.Write(context, NotFound());
        context.Response.Headers.ETag = answer.Tag.ToString();
        return JsonAnswer.Write(context, StatusCodes.Status200OK, answer.Body);
    }

    private RawHandler Create(BodyKind kind, string route) => async (context, caller) =>
    {
        try
        {
            var (change, ignored, name) = await ReadAsync(context, caller, kind, route);
            var answer = await presets.ChangeAsync(name, change, context.RequestAborted);
            Telemetry.Created(answer.Replayed);
            var headers = context.Response.Headers;
            headers["X-Created-Version"] = answer.Version!.Value.ToString(CultureInfo.InvariantCulture);
            if (ignored is not null)
                headers["X-Ignored-Fields"] = ignored;
            if (answer.Replayed)
                headers["Idempotent-Replayed"] = "true";
            await Answer(context, answer.Preset!);
        }
        catch (Refusal refusal)
        {
            Telemetry.Refused(refusal.Code);
            throw;
        }
    };

    private async ValueTask<(Change Change, string? Ignored, PresetName Name)> ReadAsync(
        HttpContext context, ApiKey caller, BodyKind kind, string route)
    {
        var slug = PresetWorkspace.SlugOf(context);
        using var body = await bodies.ReadAsync(context);
        var idempotency = IdempotencyHeader.Read(context, $"POST presets/{slug}/{route}", body.Bytes);
        var filtered = BodyFilter.Filter(kind, body.Bytes.Span);
        // Not "null": that would become an empty text on its way through byte[].
        var systemPrompt = filtered.SystemPrompt is { } prompt ? prompt : default(ReadOnlyMemory<byte>?);
        var change = new Append(
            Guid.CreateVersion7(), caller.UserId, kind, filtered.Config, systemPrompt, idempotency)
        {
            Key = caller.Hash,
            RequestId = RequestIds.Of(context),
        };
        var name = new PresetName(workspace.Of(context, caller, filtered.WorkspaceId), slug);
        return (change, filtered.IgnoredFields, name);
    }
}
