using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OpenApiTests(OneNodeHosts hosts)
{
    // PRESETS_UPDATE_OPENAPI=1 dotnet test tests/Api.Tests --filter OpenApi
    private const string Update = "PRESETS_UPDATE_OPENAPI";

    [Fact]
    public async Task The_document_is_the_one_that_is_checked_in()
    {
        var document = await ReadAsync();

        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(CheckedIn(), document);
        Assert.True(
            await File.ReadAllTextAsync(CheckedIn()) == document,
            $"docs/openapi.json differs; renew it with {Update}=1 and look at what changed");
    }

    [Fact]
    public async Task Every_operation_has_a_summary_its_errors_and_examples()
    {
        var document = JsonNode.Parse(await ReadAsync())!;

        var operations = ((JsonObject)document["paths"]!)
            .SelectMany(path => ((JsonObject)path.Value!).Select(operation => (path.Key, Operation: operation.Value!)))
            .ToList();

        Assert.Equal(44, operations.Count);
        foreach (var (path, operation) in operations)
        {
            Assert.NotEqual("", (string)operation["summary"]!);
            Assert.NotEqual("", (string)operation["description"]!);
            var responses = (JsonObject)operation["responses"]!;
            Assert.True(
                path.StartsWith("/health", StringComparison.Ordinal)
                || (responses.ContainsKey("401") && responses.ContainsKey("500") && responses.ContainsKey("503")),
                path);
            var success = responses.Single(response => response.Key.StartsWith('2')).Value!;
            if (!responses.ContainsKey("204"))
                Assert.NotNull(ContentOf(success)["example"]);
            if (operation["requestBody"] is { } body)
                Assert.NotNull(ContentOf(body)["example"]);
        }
    }

    private static JsonNode ContentOf(JsonNode node) => ((JsonObject)node["content"]!).Single().Value!;

    private async Task<string> ReadAsync()
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri((await hosts.OnAsync(Engine.Sqlite)).Url, "/openapi/v1.json"));
        return text.ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    private static string CheckedIn([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "docs", "openapi.json");
}
