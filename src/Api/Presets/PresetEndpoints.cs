using System.Globalization;

namespace Presets.Api;

/// <summary>
/// Presets: created from the three inference requests, read, listed. The answers to creates and reads are bytes that exist
/// already, so these handlers are plain request delegates: nothing is bound and nothing is serialised.
/// </summary>
internal sealed class PresetEndpoints(IPresets presets, IPresetStore store, KeyGate gate, PresetsOptions options)
{
    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/presets", gate.Require(KeyKind.Ordinary, ListAsync)).WithMetadata(RouteDocs.ListPresets);
        routes.MapGet("/presets/{slug}", gate.Require(KeyKind.Ordinary, Get)).WithMetadata(RouteDocs.GetPreset);
        MapCreate(routes, "chat/completions", BodyKind.ChatCompletions);
        MapCreate(routes, "messages", BodyKind.Messages);
        MapCreate(routes, "responses", BodyKind.Responses);
    }

    private void MapCreate(IEndpointRouteBuilder routes, string route, BodyKind kind) => routes
        .MapPost("/presets/{slug}/" + route, gate.Require(KeyKind.Ordinary, Create(kind, route)))
        .WithMetadata(RouteDocs.CreatePreset(kind));

    /// <summary>The preset that the path names, in the caller's workspace.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidSlug"/>.</exception>
    public static PresetName NameOf(HttpContext context, ApiKey caller)
    {
        var slug = (string)context.Request.RouteValues["slug"]!;
        return Slug.IsValid(slug)
            ? new PresetName(caller.WorkspaceId, slug)
            : throw new Refusal(RefusalCode.InvalidSlug, $"A slug has 1 to {Slug.MaxLength} of A-Z a-z 0-9 . _ ~ -", "slug");
    }

    /// <summary>There is no such preset in the caller's workspace.</summary>
    public static Refusal NotFound() => new(RefusalCode.NotFound, "There is no preset with this slug.");

    private async Task ListAsync(HttpContext context, ApiKey caller)
    {
        var page = await store.ListAsync(caller.WorkspaceId, Paging.Offset(context.Request), Paging.Limit(context.Request), context.RequestAborted);
        await JsonList.WriteAsync(context, page.Items, page.TotalCount, PresetJson.WritePreset);
    }

    // No token: the read is shared with others who ask for the same preset, and asking for one costs each request an allocation.
    private Task Get(HttpContext context, ApiKey caller)
    {
        var answer = presets.GetAsync(NameOf(context, caller), CancellationToken.None);
        return answer.IsCompletedSuccessfully ? Answer(context, answer.Result) : AwaitAsync(answer);

        async Task AwaitAsync(ValueTask<PresetSnapshot?> pending) => await Answer(context, await pending);
    }

    private static Task Answer(HttpContext context, PresetSnapshot? answer) => answer is null
        ? ErrorAnswer.Write(context, NotFound())
        : JsonAnswer.Write(context, StatusCodes.Status200OK, answer.Body);

    private KeyedRequestDelegate Create(BodyKind kind, string route) => async (context, caller) =>
    {
        try
        {
            var (change, ignored, name) = await ReadAsync(context, caller, kind, route);
            var answer = await presets.ChangeAsync(name, change, context.RequestAborted);
            Telemetry.Created(answer.Replayed);
            var headers = context.Response.Headers;
            headers["X-Created-Version"] = answer.Preset.Version.ToString(CultureInfo.InvariantCulture);
            if (ignored is not null)
                headers["X-Ignored-Fields"] = ignored;
            if (answer.Replayed)
                headers["Idempotent-Replayed"] = "true";
            await JsonAnswer.Write(context, StatusCodes.Status200OK, answer.Preset.Body);
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
        var name = NameOf(context, caller);
        using var body = await RequestBody.ReadAsync(context, options.MaxBodyBytes);
        var idempotency = IdempotencyHeader.Read(context, $"POST presets/{name.Slug}/{route}", body.Bytes);
        var filtered = BodyFilter.Filter(kind, body.Bytes.Span);
        // Not "null": that would become an empty text on its way through byte[].
        var systemPrompt = filtered.SystemPrompt is { } prompt ? prompt : default(ReadOnlyMemory<byte>?);
        var change = new Append(
            Guid.CreateVersion7(), caller.UserId, kind, filtered.Config, systemPrompt, idempotency);
        return (change, filtered.IgnoredFields, name);
    }
}
