using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>
/// The OpenAPI document, made from the routes that are mapped and their <see cref="RouteDoc"/>, the filter's field tables, and the schemas of <c>components.json</c>.
/// </summary>
internal static class PresetsDocument
{
    private const string Scheme = "bearer";

    /// <summary>Adds the document's generation.</summary>
    public static void AddPresetsDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, context, _) =>
        {
            Describe(document);
            AddComponents(document);
            foreach (var endpoint in context.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
            {
                if (endpoint.Metadata.GetMetadata<RouteDoc>() is { } route)
                    AddRoute(document, endpoint, route);
            }

            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Presets",
            Version = "v1",
            Description = "Stores LLM request configurations as named, versioned resources.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Paths = [];
        document.Tags = new HashSet<OpenApiTag>();
    }

    private static void AddComponents(OpenApiDocument document)
    {
        using var stream = typeof(PresetsDocument).Assembly.GetManifestResourceStream("components.json")!;
        using var reader = new StreamReader(stream);
        var components = OpenApiDocument.Parse(reader.ReadToEnd(), "json").Document!.Components!;
        foreach (var (name, schema) in components.Schemas!)
            document.AddComponent(name, schema);
        foreach (var kind in Enum.GetValues<BodyKind>())
            document.AddComponent(BodySchema.NameOf(kind), (IOpenApiSchema)BodySchema.Of(kind));
        document.AddComponent<IOpenApiSecurityScheme>(Scheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key, sk-preset-v1- and 64 hexadecimal digits. An ordinary key reads and writes presets, a management key administers keys and workspaces.",
        });
    }

    private static void AddRoute(OpenApiDocument document, RouteEndpoint endpoint, RouteDoc route)
    {
        var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        var item = document.Paths.TryGetValue(path, out var known) ? (OpenApiPathItem)known : new OpenApiPathItem { Operations = [] };
        document.Paths[path] = item;
        document.Tags!.Add(new OpenApiTag { Name = route.Tag });
        foreach (var method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods)
            item.Operations![HttpMethod.Parse(method)] = OperationOf(document, route);
    }

    private static OpenApiOperation OperationOf(OpenApiDocument document, RouteDoc route)
    {
        var operation = new OpenApiOperation
        {
            OperationId = route.Id,
            Summary = route.Summary,
            Description = route.Description,
            Tags = new HashSet<OpenApiTagReference> { new(route.Tag, document) },
            Parameters = [.. route.Parameters.Select(ParameterDocs.Of)],
            Responses = [],
        };
        if (route.IsIdempotent)
            operation.Parameters.Add(ParameterDocs.IdempotencyKey());
        if (route.NeedsKey)
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        if (route.Body is { } kind)
            operation.RequestBody = Body(new OpenApiSchemaReference(BodySchema.NameOf(kind), document), BodySchema.ExampleOf(kind));
        else if (route.Request is { } request)
            operation.RequestBody = Body(new OpenApiSchemaReference(request, document), ExampleOf(document, request));

        operation.Responses[Text(route.Status)] = AnswerOf(document, route);
        int[] keyErrors = route.AnyKey ? [401, 500, 503] : [401, 403, 500, 503];
        int[] errors = route.NeedsKey ? [.. route.Errors, .. keyErrors] : route.Errors;
        foreach (var status in errors.Order())
            operation.Responses[Text(status)] = ErrorOf(document, status);
        return operation;
    }

    private static OpenApiResponse AnswerOf(OpenApiDocument document, RouteDoc route)
    {
        var headers = new Dictionary<string, IOpenApiHeader>();
        if (route.NamesIgnored)
            headers["X-Ignored-Fields"] = Header("The fields that were ignored, in body order, comma-separated. Left out when there are none.");
        if (route.IsIdempotent)
            headers["Idempotent-Replayed"] = Header("true when an earlier request with the same Idempotency-Key had this effect.");
        return new OpenApiResponse
        {
            Description = route.Summary,
            Headers = headers.Count > 0 ? headers : null,
            Content = Json(new OpenApiSchemaReference(route.Answer, document), ExampleOf(document, route.Answer)),
        };
    }

    private static IOpenApiResponse ErrorOf(OpenApiDocument document, int status)
    {
        var name = "Error" + Text(status);
        if (document.Components!.Responses?.ContainsKey(name) != true)
        {
            var (description, example) = ErrorDocs.Of(status);
            var response = new OpenApiResponse
            {
                Description = description,
                Content = Json(new OpenApiSchemaReference("Error", document), example),
            };
            if (status == StatusCodes.Status401Unauthorized)
                response.Headers = new Dictionary<string, IOpenApiHeader> { ["WWW-Authenticate"] = Header("Bearer") };
            if (status == StatusCodes.Status503ServiceUnavailable)
                response.Headers = new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = Header("Seconds to wait.") };
            document.AddComponent<IOpenApiResponse>(name, response);
        }

        return new OpenApiResponseReference(name, document);
    }

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static OpenApiHeader Header(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiRequestBody Body(IOpenApiSchema schema, JsonNode? example) =>
        new() { Required = true, Content = Json(schema, example) };

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema, JsonNode? example) =>
        new() { ["application/json"] = new OpenApiMediaType { Schema = schema, Example = example } };

    private static JsonNode? ExampleOf(OpenApiDocument document, string schema) =>
        document.Components!.Schemas![schema].Examples?[0].DeepClone();
}
