using System.Buffers;
using System.Text.Json;

namespace Presets.Api;

/// <summary>
/// Shows what an inference request becomes by the preset it refers to. Nothing is forwarded. The body is written from
/// the parts that were merged, without a copy of it.
/// </summary>
internal sealed class ResolveEndpoints(PresetResolver resolver, RequestBodies bodies, UpstreamSettings settings)
{
    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var resolve = routes.MapGroup("/resolve").WithTags("Inference")
            .RequireKey(KeyKind.Ordinary, KeyScopes.Read | KeyScopes.Inference)
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter));
        Map(resolve, "chat/completions", BodyKind.ChatCompletions, "ChatCompletions", "a chat-completions");
        Map(resolve, "messages", BodyKind.Messages, "Messages", "an Anthropic Messages");
        Map(resolve, "responses", BodyKind.Responses, "Responses", "a Responses");
    }

    private void Map(IEndpointRouteBuilder resolve, string route, BodyKind kind, string name, string article) =>
        resolve.MapRaw<Single<ResolvedResponse>>(HttpMethod.Post, route, Resolve(kind))
            .WithName("resolve" + name)
            .WithSummary($"Resolve {article} request")
            .WithDescription(
                "Answers the request as it would be forwarded, merged with the preset it refers to, and where each of "
                + "its fields comes from. Nothing is forwarded. A request without a reference comes back unchanged.")
            .WithMetadata(new RequestDoc(typeof(ForwardedRequest)))
            .Refuses(404);

    private RawHandler Resolve(BodyKind kind) => async (context, caller) =>
    {
        using var body = await bodies.ReadAsync(context, settings.Shared.MaxBodyBytes);
        var request = InferenceRequest.Read(kind, body.Bytes);
        if (request.Reference is null)
        {
            await AnswerAsync(context, "{\"data\":{\"preset\":null,\"provenance\":null,\"body\":"u8, [request.Body]);
            return;
        }

        var part = await resolver.ResolveAsync(context, caller, request);
        var merged = PresetMerge.Merge(request, part, MergeTarget.None);
        new PresetHeaders(context.Response, part.Version).Note(merged);
        await AnswerAsync(context, HeadOf(part.Version, merged).Span, merged.Segments);
    };

    private static Task AnswerAsync(
        HttpContext context, ReadOnlySpan<byte> head, IReadOnlyList<ReadOnlyMemory<byte>> body) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, [head.ToArray(), .. body, "}}"u8.ToArray()]);

    private static ReadOnlyMemory<byte> HeadOf(ServedVersion version, MergedBody merged)
    {
        var preset = new ResolvedPreset(version.PresetId, version.Slug, version.Version);
        var json = new ArrayBufferWriter<byte>(1024);
        json.Write("{\"data\":{\"preset\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(preset, ApiJson.Instance.ResolvedPreset));
        json.Write(",\"provenance\":"u8);
        merged.WriteProvenance(json);
        json.Write(",\"body\":"u8);
        return json.WrittenMemory;
    }
}
