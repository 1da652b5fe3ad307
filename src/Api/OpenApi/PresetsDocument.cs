using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>
/// The OpenAPI document, made from the routes, their records, their comments, and the filter's field tables.
/// </summary>
internal static class PresetsDocument
{
    /// <summary>Adds the document's generation.</summary>
    public static void AddPresetsDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(http =>
        {
            ApiJson.Configure(http.SerializerOptions);
            http.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Instance);
        });
        services.AddOpenApi(options =>
        {
            // A HEAD says what its GET does.
            options.ShouldInclude = description => description.HttpMethod != HttpMethods.Head;
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddSchemaTransformer(SchemaDocs.DescribeAsync);
            options.AddOperationTransformer(OperationDocs.DescribeAsync);
            options.AddDocumentTransformer(async (document, context, cancellationToken) =>
            {
                Describe(document);
                var error = await context.GetOrCreateSchemaAsync(typeof(ErrorResponse), null, cancellationToken);
                document.AddComponent<IOpenApiSchema>(nameof(ErrorResponse), error);
                ErrorDocs.AddTo(document, new OpenApiSchemaReference(nameof(ErrorResponse), document));
                AddExamples(document);
            });
        });
    }

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
        const string Key = "An API key, sk-preset-v1- and 64 hexadecimal digits. An ordinary key works with "
            + "the presets of its workspace; the scopes that a route demands are listed with it. A management key "
            + "administers keys, workspaces and what becomes of presets in every workspace; scopes do not limit it.";
        document.AddComponent<IOpenApiSecurityScheme>(OperationDocs.Schemes[0], new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = Key,
        });
        document.AddComponent<IOpenApiSecurityScheme>(OperationDocs.Schemes[1], new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = KeyGate.ApiKeyHeader,
            Description = Key,
        });
    }

    private static void AddExamples(OpenApiDocument document)
    {
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations!.Values))
        {
            var contents = operation.Responses!.Values.Where(response => response is OpenApiResponse)
                .Select(response => response.Content).Append(operation.RequestBody?.Content);
            foreach (var content in contents.SelectMany(content => content?.Values ?? []))
                content.Example ??= SchemaDocs.ExampleOf(content.Schema!);
        }
    }
}
