using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>What the generator of schemas does not see, and examples from those of the members.</summary>
internal static class SchemaDocs
{
    /// <summary>Completes the schema of a record, or of one of its members.</summary>
    public static Task DescribeAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        schema.Description = schema.Description?.ReplaceLineEndings(" ");
        // What is only written is always there.
        foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.Set is null))
            (schema.Required ??= new HashSet<string>()).Add(property.Name);
        // The converter of times hides their type.
        if (context.JsonTypeInfo.Type == typeof(DateTimeOffset))
            schema.Type = JsonSchemaType.String;
        else if (context.JsonTypeInfo.Type == typeof(DateTimeOffset?))
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        if (context.JsonPropertyInfo is { } member)
            DescribeMember(schema, member);
        return Task.CompletedTask;
    }

    /// <summary>An example of a schema, made of its members' examples.</summary>
    public static JsonNode? ExampleOf(IOpenApiSchema schema)
    {
        if (schema.Examples is [var example, ..])
            return example?.DeepClone();
        if (schema.Properties is { Count: > 0 } properties)
            return new JsonObject(
                properties.Select(member => KeyValuePair.Create(member.Key, ExampleOf(member.Value))));
        return schema.Type switch
        {
            JsonSchemaType.Array => new JsonArray(ExampleOf(schema.Items!)),
            JsonSchemaType.Boolean => false,
            JsonSchemaType.Integer or JsonSchemaType.Number => 0,
            _ => null,
        };
    }

    private static void DescribeMember(OpenApiSchema schema, JsonPropertyInfo member)
    {
        var attributes = member.AttributeProvider!.GetCustomAttributes(inherit: true);
        if (member is { Set: null, IsGetNullable: false } || attributes.OfType<RequiredAttribute>().Any())
            schema.Type &= ~JsonSchemaType.Null;
        if (attributes.OfType<AllowedValuesAttribute>().SingleOrDefault() is { } allowed)
            schema.Enum = [.. allowed.Values.Select(value => (JsonNode)(string)value!), JsonNullSentinel.JsonNull];
    }
}
