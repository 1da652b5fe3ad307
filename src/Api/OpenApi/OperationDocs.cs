using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>
/// What an operation of the OpenAPI document has beyond its types and comments: parameters, body, headers and refusals,
/// from the metadata of its route.
/// </summary>
internal static class OperationDocs
{
    /// <summary>The names of the security schemes among the components.</summary>
    public static readonly string[] Schemes = ["bearer", "apiKey"];

    /// <summary>Completes an operation.</summary>
    public static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var key = metadata.OfType<RequiredKey>().LastOrDefault();
        var request = metadata.OfType<RequestDoc>().LastOrDefault();
        var isIdempotent = metadata.OfType<IdempotentRoute>().Any();
        string[] path = [.. context.Description.RelativePath!.Split('/')
            .Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'))];
        var write = metadata.OfType<PresetWrite>().LastOrDefault();
        string[] query =
            [.. metadata.OfType<QueryDoc>().SelectMany(doc => doc.Names), .. PresetDocs.QueryOf(write)];

        operation.Description = operation.Description?.ReplaceLineEndings(" ");
        operation.Parameters = [.. path.Concat(query).Select(ParameterDocs.Of)];
        if (isIdempotent)
            operation.Parameters.Add(ParameterDocs.IdempotencyKey());
        if (key is not null)
        {
            // Any will do.
            KeyScopes[] anyOf = key.AnyOf is [] ? [KeyScopes.None] : key.AnyOf;
            operation.Security =
            [
                .. from scheme in Schemes
                   from scopes in anyOf
                   select new OpenApiSecurityRequirement
                   {
                       [new OpenApiSecuritySchemeReference(scheme, document)] = [.. KeyScopeNames.Of(scopes)],
                   },
            ];
        }

        if (request is not null)
            operation.RequestBody = await BodyAsync(request, document, context, cancellationToken);

        var answer = (OpenApiResponse)operation.Responses!.Single().Value;
        answer.Description = operation.Summary;
        answer.Headers = metadata.OfType<ForwardedDoc>().Any()
            ? PresetDocs.ForwardedHeaders()
            : HeadersOf(request, isIdempotent);
        PresetDocs.Describe(operation, write, metadata.OfType<TaggedDoc>().Any());
        int[] statuses =
        [
            .. key is null ? Array.Empty<int>() : [401, 500, 503],
            .. key is null or { Kind: KeyKind.Any, AnyOf: [] } ? Array.Empty<int>() : [403],
            .. request is null ? Array.Empty<int>() : [400, 408, 413, 415],
            .. query.Length == 0 && !path.Contains("slug") ? Array.Empty<int>() : [400],
            .. path.Length == 0 || request is { Record: null } ? Array.Empty<int>() : [404],
            .. isIdempotent ? [422] : Array.Empty<int>(),
            .. PresetDocs.StatusesOf(write),
            .. metadata.OfType<RefusalDoc>().Select(doc => doc.Status),
        ];
        foreach (var status in statuses.Distinct().Order())
            operation.Responses![Text(status)] = new OpenApiResponseReference(ErrorDocs.NameOf(status), document);
    }

    private static async Task<OpenApiRequestBody> BodyAsync(
        RequestDoc request,
        OpenApiDocument document,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken)
    {
        var name = request.Record?.Name ?? BodySchema.NameOf(request.Kind);
        var schema = request.Record is { } record
            ? await context.GetOrCreateSchemaAsync(record, null, cancellationToken)
            : BodySchema.Of(request.Kind);
        document.AddComponent<IOpenApiSchema>(name, schema);
        var example = request.Record is null ? BodySchema.ExampleOf(request.Kind) : null;
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [request.ContentType] = new()
                {
                    Schema = new OpenApiSchemaReference(name, document),
                    Example = example,
                },
            },
        };
    }

    private static Dictionary<string, IOpenApiHeader>? HeadersOf(RequestDoc? request, bool isIdempotent)
    {
        var headers = new Dictionary<string, IOpenApiHeader>();
        if (request is { ContentType: "application/json" })
        {
            headers["X-Ignored-Fields"] = ErrorDocs.Header(
                "The fields that were ignored, in body order, comma-separated. Left out when there are none.");
        }

        if (request is { Record: null })
            headers["X-Created-Version"] = ErrorDocs.Header("The number of the version that the request created.");
        if (isIdempotent)
        {
            headers[IdempotencyHeader.Replayed] = ErrorDocs.Header(
                "true when an earlier request with the same Idempotency-Key had this effect.");
        }

        return headers.Count == 0 ? null : headers;
    }

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
