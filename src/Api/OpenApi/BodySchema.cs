using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>
/// The schema of a request for a version, made from the table by which it is filtered. Its kind is null when it carries
/// a configuration.
/// </summary>
internal static class BodySchema
{
    /// <summary>The schema's name among the components.</summary>
    public static string NameOf(BodyKind? kind) => kind switch
    {
        BodyKind.ChatCompletions => "ChatCompletionsBody",
        BodyKind.Messages => "MessagesBody",
        BodyKind.Responses => "ResponsesBody",
        _ => "ConfigurationBody",
    };

    /// <summary>A request that a preset can be made from.</summary>
    public static JsonNode ExampleOf(BodyKind? kind) => JsonNode.Parse(kind switch
    {
        BodyKind.ChatCompletions => """
            {"model":"openai/gpt-4o","temperature":0.7,
             "messages":[{"role":"system","content":"You are terse."},{"role":"user","content":"Hello!"}]}
            """,
        BodyKind.Messages => """
            {"model":"anthropic/claude-sonnet-4","max_tokens":1024,"system":"You are terse.",
             "messages":[{"role":"user","content":"Hello!"}]}
            """,
        BodyKind.Responses => """
            {"model":"openai/gpt-4o","temperature":0.7,"instructions":"You are terse.","input":"Hello!"}
            """,
        _ => """
            {"config":{"model":"openai/gpt-4o","temperature":0.7},"system_prompt":"You are terse.",
             "message":"Back to the terse answers"}
            """,
    })!;

    /// <summary>The schema.</summary>
    public static OpenApiSchema Of(BodyKind? kind)
    {
        var fields = (kind is { } inference ? FieldTable.For(inference) : FieldTable.ConfigRequest).Fields;
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Every other field is accepted and ignored. Null is absent.",
            Properties = PropertiesOf(fields),
            Required = fields.Where(field => field.Required).Select(field => field.Name).ToHashSet(),
        };
    }

    private static Dictionary<string, IOpenApiSchema> PropertiesOf(IReadOnlyList<Field> fields) =>
        fields.ToDictionary(field => field.Name, IOpenApiSchema (field) => Of(field));

    private static OpenApiSchema Of(Field field)
    {
        var schema = Of(field.Rule);
        if (field.NullAllowed && schema.Type is not null)
            schema.Type |= JsonSchemaType.Null;
        if (field.NullAllowed && schema.Enum is { } options)
            schema.Enum = [.. options, JsonNullSentinel.JsonNull];
        if (field.Use == FieldUse.Config)
        {
            schema.Properties = PropertiesOf(FieldTable.ForConfig(null).Fields);
            schema.AdditionalPropertiesAllowed = false;
        }

        schema.Description = field.Use switch
        {
            FieldUse.Config => "Kept, each value with the JSON text it came with. Null is absent.",
            FieldUse.Kind => "The kind of request that config is of, which narrows its fields. Left out, config takes "
                + "the fields of each.",
            FieldUse.Message => "What the history says about the version.",
            FieldUse.Persisted => "Kept.",
            FieldUse.SystemText => "Kept as the system prompt.",
            FieldUse.SystemMessages => "The text of its leading system and developer messages is kept as the system "
                + "prompt.",
            FieldUse.Conversation => "Belongs to one call; not kept.",
            FieldUse.WorkspaceId => "The workspace, unless the query names it; not kept.",
            _ => "Ignored, and named in X-Ignored-Fields.",
        };
        return schema;
    }

    private static OpenApiSchema Of(ValueRule rule) => new()
    {
        Type = TypeOf(rule.Types),
        Minimum = Text(rule.Minimum),
        Maximum = Text(rule.Maximum),
        MaxLength = rule.MaxLength,
        Format = rule.IsUuid ? "uuid" : null,
        Enum = rule.OneOf?.Select(option => (JsonNode)option).ToList(),
        MinItems = rule.MinItems,
        MaxItems = rule.MaxItems,
        Items = rule.Items is { } items ? Of(items) : null,
        MaxProperties = rule.MaxMembers,
        AdditionalProperties = rule.Members is { } members ? Of(members) : null,
        Properties = rule.RequiredMember is var (name, member)
            ? new Dictionary<string, IOpenApiSchema> { [name] = Of(member) }
            : null,
        Required = rule.RequiredMember is var (required, _) ? new HashSet<string> { required } : null,
    };

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static JsonSchemaType? TypeOf(JsonTypes types)
    {
        (JsonTypes Rule, JsonSchemaType Schema)[] pairs =
        [
            (JsonTypes.String, JsonSchemaType.String),
            (JsonTypes.Number, JsonSchemaType.Number),
            (JsonTypes.Integer, JsonSchemaType.Integer),
            (JsonTypes.Boolean, JsonSchemaType.Boolean),
            (JsonTypes.Object, JsonSchemaType.Object),
            (JsonTypes.Array, JsonSchemaType.Array),
        ];
        return pairs.Where(pair => types.HasFlag(pair.Rule))
            .Aggregate((JsonSchemaType?)null, (all, pair) => (all ?? 0) | pair.Schema);
    }
}
