namespace Presets.Api;

/// <summary>
/// Inference requests: a preset that one refers to is merged into it, then it is forwarded to its upstream, whose
/// answer streams back. The cost of these routes is measured, so their handlers are plain request delegates.
/// </summary>
internal sealed class InferenceEndpoints(
    UpstreamSet upstreams,
    UpstreamSettings settings,
    UpstreamForwarder forwarder,
    RequestBodies bodies,
    PresetResolver resolver,
    UsageCounts usage,
    TimeProvider clock)
{
    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var inference = routes.MapGroup("").WithTags("Inference")
            .RequireKey(KeyKind.Ordinary, KeyScopes.Inference);
        MapForward(inference, InferenceRoute.ChatCompletions, "sendChatCompletionRequest")
            .WithSummary("Create a chat completion");
        MapForward(inference, InferenceRoute.Messages, "createMessages")
            .WithSummary("Create a message")
            .WithMetadata(new AnthropicErrors());
        MapForward(inference, InferenceRoute.CountTokens, "countMessagesTokens")
            .WithSummary("Count the tokens of a message")
            .WithMetadata(new AnthropicErrors());
        MapForward(inference, InferenceRoute.Responses, "createResponses")
            .WithSummary("Create a response");
    }

    /// <summary>Answers a request on a route, whoever it came through.</summary>
    /// <exception cref="Refusal">Nothing was answered yet.</exception>
    public async Task ForwardAsync(HttpContext context, ApiKey caller, InferenceRoute route)
    {
        using var body = new SegmentStream(await bodies.ReadAsync(context, settings.Shared.MaxBodyBytes));
        var request = InferenceRequest.Read(route.Body, body.Received);
        if (request.Reference is not null)
        {
            await ForwardMergedAsync(context, caller, route, request, body);
            return;
        }

        var upstream = upstreams.Choose(route.Body, request.Model);
        var prefix = upstream.PrefixToStrip(request.Model);
        body.Send(prefix.Length == 0 ? [request.Body] : request.WithModel(request.Model![prefix.Length..]));
        await forwarder.ForwardAsync(context, new Exchange(upstream, route, request.IsStream, clock), body);
    }

    private IEndpointConventionBuilder MapForward(IEndpointRouteBuilder routes, InferenceRoute route, string name) =>
        routes.MapRaw<ForwardedAnswer>(
                HttpMethod.Post, route.Path, (context, caller) => ForwardAsync(context, caller, route))
            .WithName(name)
            .WithDescription(
                "Merges the preset that the request refers to into it, forwards it to the upstream that serves its "
                + "model, and answers as the upstream does, events as they come. A request without a reference is "
                + "forwarded as it is."
                + (route.Body == BodyKind.Messages ? " The errors of this service have the form of Anthropic's." : ""))
            .WithMetadata(new RequestDoc(typeof(ForwardedRequest)), new ForwardedDoc())
            .Refuses(404)
            .Refuses(424)
            .Refuses(502)
            .Refuses(504);

    private async Task ForwardMergedAsync(
        HttpContext context, ApiKey caller, InferenceRoute route, InferenceRequest request, SegmentStream body)
    {
        var part = await resolver.ResolveAsync(context, caller, request);
        var version = part.Version;
        var headers = new PresetHeaders(context.Response, version);
        // The class of what is sent, whoever sends it.
        var outcome = UsageClass.ServerError;
        try
        {
            var model = PresetMerge.ModelOf(request, part);
            var upstream = upstreams.Choose(route.Body, model);
            var merged = PresetMerge.Merge(request, part, upstream.TargetOf(route, model));
            headers.Note(merged);
            body.Send(merged.Segments);
            var exchange = new Exchange(upstream, route, request.IsStream, clock)
            {
                CacheEnabled = merged.CacheEnabled,
                CacheTtlSeconds = merged.CacheTtlSeconds,
            };
            outcome = await forwarder.ForwardAsync(context, exchange, body) switch
            {
                ExchangeEnd.Answered => ClassOf(context.Response.StatusCode),
                ExchangeEnd.ClientLeft => UsageClass.Cancelled,
                _ => UsageClass.ServerError,
            };
        }
        catch (Exception e)
        {
            outcome = ClassOf(ErrorMap.Of(ErrorMiddleware.RefusalOf(e).Code).Status);
            throw;
        }
        finally
        {
            usage.Add(new PresetName(caller.WorkspaceId, version.Slug), version.PresetId, version.Version, outcome);
        }
    }

    private static UsageClass ClassOf(int status) => status switch
    {
        < 300 => UsageClass.Success,
        < 400 => UsageClass.Redirect,
        < 500 => UsageClass.ClientError,
        _ => UsageClass.ServerError,
    };
}
