using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;

namespace Presets.Api.Tests;

/// <summary>The schemas of OpenRouter's document, against which every answer is held.</summary>
public static partial class OpenRouterDocument
{
    private static readonly JsonObject Document = Load();
    private static readonly ConcurrentDictionary<string, Task<JsonSchema>> Schemas = new();

    // Statuses that the document has no schema for on these routes, but elsewhere.
    private static readonly Dictionary<int, string> Errors = new()
    {
        [400] = "BadRequestResponse",
        [401] = "UnauthorizedResponse",
        [403] = "ForbiddenResponse",
        [404] = "NotFoundResponse",
        [409] = "ConflictResponse",
        [413] = "PayloadTooLargeResponse",
        [422] = "UnprocessableEntityResponse",
        [500] = "InternalServerResponse",
        [503] = "ServiceUnavailableResponse",
    };

    /// <summary>Fails when an answer under <c>/api/v1</c> does not have the shape the document gives it.</summary>
    public static async Task CheckAsync(HttpMethod method, string path, int status, string json)
    {
        if (FindSchema(method, path, status) is not { } schema)
            return;
        var validator = await Schemas.GetOrAdd(schema.ToJsonString(), text => JsonSchema.FromJsonAsync(text));
        var faults = validator.Validate(HugeNumber().Replace(json, "0"));
        Assert.True(
            faults.Count == 0,
            $"{method} {path} answered {status} unlike the document: {string.Join("; ", faults)}\n{json}");
    }

    // Valid JSON that the validator's own reader does not take.
    [GeneratedRegex("[0-9]{100,}")]
    private static partial Regex HugeNumber();

    private static JsonObject? FindSchema(HttpMethod method, string path, int status)
    {
        var operation = Template(path) is { } template
            ? Document["paths"]![template]![method.Method.ToLowerInvariant()]
            : null;
        var schema = operation?["responses"]?[$"{status}"]?["content"]!["application/json"]!["schema"]
            ?? (Errors.TryGetValue(status, out var name)
                ? new JsonObject { ["$ref"] = $"#/definitions/{name}" }
                : null);
        return schema is null
            ? null
            : new JsonObject
            {
                ["allOf"] = new JsonArray(schema.DeepClone()),
                ["definitions"] = Document["components"]!["schemas"]!.DeepClone(),
            };
    }

    private static string? Template(string path)
    {
        var parts = path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return ((JsonObject)Document["paths"]!)
            .Select(entry => entry.Key)
            .Where(template => Matches(template.Split('/', StringSplitOptions.RemoveEmptyEntries), parts))
            .FirstOrDefault();
    }

    private static bool Matches(string[] template, string[] parts) =>
        template.Length == parts.Length
        && template.Zip(parts).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);

    private static JsonObject Load()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Contract", "openrouter.openapi.json");
        return (JsonObject)JsonNode.Parse(
            File.ReadAllText(file).Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal))!;
    }
}
