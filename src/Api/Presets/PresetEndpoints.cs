namespace Presets.Api;

/// <summary>
/// Presets: created from the three inference requests and from configurations, read, listed. The answers to creates and
/// reads are bytes that exist already, so these handlers are plain request delegates: nothing is bound and nothing is
/// serialised.
/// </summary>
internal sealed class PresetEndpoints(
    IPresets presets, IPresetStore store, PresetCreates creates, PresetWorkspace workspace, RequestBodies bodies)
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
            .WithMetadata(new QueryDoc("offset", "limit", "q", "label=", "model", "status", "creator", "sort"))
            .RequireKey(KeyKind.Any, KeyScopes.Read);
        presets.MapRaw<Single<PresetResponse>>(HttpMethod.Get, "{slug}", Get)
            .WithName("getPreset")
            .WithSummary("Get a preset")
            .WithDescription("A preset with its designated version inline.")
            .WithMetadata(new QueryDoc(StatusQuery.Parameter), new TaggedDoc())
            .RequireKey(KeyKind.Any, KeyScopes.Read);
        MapCreate(presets, "chat/completions", BodyKind.ChatCompletions, "ChatCompletions", "a chat-completions");
        MapCreate(presets, "messages", BodyKind.Messages, "Messages", "an Anthropic Messages");
        // Anthropic's clients add /v1/messages to their base URL: the same route by another path.
        MapCreate(presets, "messages", BodyKind.Messages, "V1Messages", "an Anthropic Messages", "v1/messages");
        MapCreate(presets, "responses", BodyKind.Responses, "Responses", "a Responses");
        MapCreate(presets, "versions", null, "Versions", "a configuration")
            .WithSummary("Create a version from a configuration")
            .WithDescription(
                "Creates the preset, or a new version of it, from what the answer of another version shows: its "
                + "config, system prompt, message and body. A config takes every field that one of the three inference "
                + "requests persists, and another is refused with unknown_field; other members are ignored.");
    }

    private IEndpointConventionBuilder MapCreate(
        IEndpointRouteBuilder presets,
        string route,
        BodyKind? kind,
        string name,
        string article,
        string? path = null) =>
        presets.MapRaw<Single<PresetResponse>>(HttpMethod.Post, "{slug}/" + (path ?? route), Create(kind))
            .WithName("createPresets" + name)
            .WithSummary($"Create a preset from {article} request body")
            .WithDescription(
                "Creates the preset, or a new version of it, which becomes the designated one. What a preset keeps is "
                + "stored with the JSON text it came with; the rest is ignored and named in X-Ignored-Fields. It is "
                + "durable before the answer.")
            .WithMetadata(new RequestDoc(kind), new PresetCreate(route))
            .Refuses(404)
            .Refuses(409);

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
        if (PresetReads.FaultOf(context.Request, answer) is { } fault)
            return ErrorAnswer.Write(context, fault);
        context.Response.Headers.ETag = answer!.Tag.ToString();
        if (!PreconditionHeaders.Knows(context.Request.Headers, answer.Tag))
            return JsonAnswer.Write(context, StatusCodes.Status200OK, answer.Body);
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    private RawHandler Create(BodyKind? kind) => async (context, caller) =>
    {
        try
        {
            var slug = PresetWorkspace.SlugOf(context);
            using var body = await bodies.ReadAsync(context);
            var filtered = kind is { } inference
                ? BodyFilter.Filter(inference, body.Bytes.Span)
                : ConfigFilter.Filter(body.Bytes.Span);
            var append = PresetCreates.AppendOf(caller, filtered);
            var name = new PresetName(workspace.Of(context, caller, filtered.WorkspaceId), slug);
            if (filtered.IgnoredFields is { } ignored)
                context.Response.Headers["X-Ignored-Fields"] = ignored;
            await creates.AnswerAsync(context, caller, name, append, body.Bytes);
        }
        catch (Refusal refusal)
        {
            Telemetry.Refused(refusal.Code);
            throw;
        }
    };
}
