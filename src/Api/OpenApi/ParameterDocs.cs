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
        "version" => InPath(
            name,
            "A version's number, or a label of it. The labels latest and designated always name a version.",
            "1",
            "^([0-9]+|[a-z][a-z0-9_.-]{0,35})$"),
        "label" => InPath(
            name,
            "1 to 36 of a-z 0-9 _ . - starting with a letter. latest, designated and the suffixes of models (nitro, "
            + "floor, online, exacto, free, extended, thinking) are refused.",
            "production",
            "^[a-z][a-z0-9_.-]{0,35}$"),
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
        "limit=" => InQuery("limit", "How many models to answer; 500 if only offset is given.", 500, new()
        {
            Type = JsonSchemaType.Integer,
            Minimum = "1",
            Maximum = "1000",
        }),
        "after_id" => InQuery(name, "The id of the model that the page follows.", "@preset/my-preset"),
        "include_disabled" => InQuery(
            name,
            "Whether to list disabled keys too.",
            false,
            new() { Type = JsonSchemaType.Boolean, Default = false }),
        WriteOptions.DryRun => InQuery(
            name,
            "Whether the change is only tried: the answer shows what would come of it, and nothing is stored. A create "
            + "also answers the member diff, beside data: what makes the new version of the designated one. An import "
            + "tells what would become of each preset.",
            false,
            new() { Type = JsonSchemaType.Boolean, Default = false }),
        WriteOptions.Purge => InQuery(
            name,
            "Whether an archived preset is removed for good.",
            false,
            new() { Type = JsonSchemaType.Boolean, Default = false }),
        CreateOptions.DesignateParameter => InQuery(
            name,
            "Whether the version becomes the designated one. A new preset's first version does in any case.",
            true,
            new() { Type = JsonSchemaType.Boolean, Default = true }),
        "q" => InQuery(name, "A part of the slug or the name; the case of ASCII letters does not matter.", "triage"),
        "label=" => InQuery("label", "A label that the preset has.", "production"),
        "model" => InQuery(name, "The model that the designated version names.", "openai/gpt-4o"),
        "creator" => InQuery(name, "The user in whose name the preset was created.", "user_operator"),
        "status" => InQuery(
            name,
            "The status of the presets. Left out, archived presets are not there.",
            "all",
            OneOf([.. StatusQuery.Names])),
        "sort" => InQuery(name, "The order of the list.", "slug", OneOf([.. SearchQuery.Orders])),
        "from" => InQuery(
            name, "The old version, by number or label. Left out, it is the one before the new version.", "1"),
        "to" => InQuery(
            name, "The new version, by number or label. Left out, it is the designated version.", "latest"),
        UsageEndpoints.Days => InQuery(name, "How many days to answer, today included.", 7, new()
        {
            Type = JsonSchemaType.Integer,
            Minimum = "1",
            Maximum = "400",
            Default = UsageEndpoints.DefaultDays,
        }),
        "slug=" => InQuery("slug", "The slug of a preset.", "my-preset"),
        "actor" => InQuery(name, "A user, or the hash of a key.", "user_operator"),
        "since" => InQuery(
            name,
            "The time of the oldest record.",
            "2026-04-20T10:00:00Z",
            new() { Type = JsonSchemaType.String, Format = "date-time" }),
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
        "workspace_id" => InQuery(
            name,
            "The workspace. Left out, it is the key's own, or the default one with a management key.",
            WorkspaceId,
            new() { Type = JsonSchemaType.String, Format = "uuid" }),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "a parameter that is not described"),
    };

    /// <summary>The labels that a create sets.</summary>
    public static OpenApiParameter Labels() => InQuery(
        CreateOptions.LabelParameter,
        "A label that the version gets; may be repeated.",
        new JsonArray("staging"),
        new() { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } });

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

    private static OpenApiSchema OneOf(params JsonNode[] values) =>
        new() { Type = JsonSchemaType.String, Enum = [.. values] };

    private static OpenApiParameter InQuery(
        string name, string description, JsonNode example, OpenApiSchema? schema = null) => new()
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = description,
            Example = example,
            Schema = schema ?? new OpenApiSchema { Type = JsonSchemaType.String },
        };
}
