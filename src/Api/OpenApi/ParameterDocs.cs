using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>The parameters that routes share, by name.</summary>
internal static class ParameterDocs
{
    private const string WorkspaceId = "0df9e665-d932-5740-b2c7-b52af166bc11";

    /// <summary>A parameter of the path or the query.</summary>
    public static OpenApiParameter Of(string name) => name switch
    {
        "slug" => InPath(
            name,
            "The preset's name in its workspace: 1 to 128 of A-Z a-z 0-9 . _ ~ -",
            "my-preset",
            "^[A-Za-z0-9._~-]{1,128}$"),
        "version" => InPath(name, "A version's number.", "1", "^[0-9]+$"),
        "hash" => InPath(
            name,
            "SHA-256 of the key in lower-case hexadecimal.",
            "f01d52606dc8f0a8303a7b5cc3fa07109c2e346cec7c0a16b40de462992ce943"),
        "id" => InPath(name, "The workspace's id or slug.", "production"),
        "offset" => InQuery(
            name, "How many entries to skip.", 0, new() { Type = JsonSchemaType.Integer, Minimum = "0", Default = 0 }),
        "limit" => InQuery(name, "How many entries to answer.", Paging.DefaultLimit, new()
        {
            Type = JsonSchemaType.Integer,
            Minimum = "1",
            Maximum = "100",
            Default = Paging.DefaultLimit,
        }),
        "include_disabled" => InQuery(
            name,
            "Whether to list disabled keys too.",
            false,
            new() { Type = JsonSchemaType.Boolean, Default = false }),
        "slug[]" => InQuery(
            "slug",
            "A preset to export; repeatable. Left out, all are exported.",
            new JsonArray("my-preset"),
            new()
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Za-z0-9._~-]{1,128}$" },
            }),
        "slug?" => InQuery(
            "slug",
            "What to call the prompt of a format that holds a single one.",
            "my-preset",
            new() { Type = JsonSchemaType.String, Pattern = "^[A-Za-z0-9._~-]{1,128}$" }),
        "on_conflict" => InQuery(
            name,
            "What to do with a preset whose slug is taken: append its versions, undesignated, or skip it. Left out, "
            + "it is refused.",
            "skip",
            new() { Type = JsonSchemaType.String, Enum = ["append", "skip"] }),
        "dry_run" => InQuery(
            name,
            "Whether only to tell what would become of each preset.",
            false,
            new() { Type = JsonSchemaType.Boolean, Default = false }),
        "workspace_id" => InQuery(
            name,
            "The workspace. Left out, it is the key's own, or the default one with a management key.",
            WorkspaceId,
            new() { Type = JsonSchemaType.String, Format = "uuid" }),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "a parameter that is not described"),
    };

    /// <summary>The header <c>Idempotency-Key</c>.</summary>
    public static OpenApiParameter IdempotencyKey() => new()
    {
        Name = IdempotencyHeader.Name,
        In = ParameterLocation.Header,
        Description = "Names the request, so that it may be repeated: the same key with the same body within 24 hours "
            + "has no second effect. With another body it is refused with 422.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
        Example = "7c1f6d1e-3b8a-4c38-9c0e-0d7a5f5b8a11",
    };

    private static OpenApiParameter InPath(
        string name, string description, string example, string? pattern = null) => new()
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Description = description,
            Example = example,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = pattern },
        };

    private static OpenApiParameter InQuery(
        string name, string description, JsonNode example, OpenApiSchema schema) => new()
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = description,
            Example = example,
            Schema = schema,
        };
}
