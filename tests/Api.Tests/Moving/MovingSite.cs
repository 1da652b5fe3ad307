using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Presets.Storage;

namespace Presets.Api.Tests;

/// <summary>A workspace of its own on a node, with what exports and imports take.</summary>
internal sealed class MovingSite(OneNode node, Guid workspaceId, string key)
{
    public const string Lines = "application/x-ndjson";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(5) };

    public ApiClient Client => node.With(key);

    public Guid WorkspaceId => workspaceId;

    public string Key => key;

    /// <summary>Makes a workspace on a node.</summary>
    public static async Task<MovingSite> NewAsync(ApiHost host)
    {
        var slug = ApiHost.NewSlug();
        var workspace = await host.Management.PostAsync("/workspaces", $$"""{"name":"{{slug}}","slug":"{{slug}}"}""");
        var id = workspace.Expect(201).Data.GetProperty("id").GetGuid();
        var key = await host.Management.PostAsync("/keys", $$"""{"name":"moving","workspace_id":"{{id}}"}""");
        return new MovingSite((OneNode)host, id, key.Expect(201).Json.GetProperty("key").GetString()!);
    }

    /// <summary>Makes a change as the grain of the preset does.</summary>
    public async Task ChangeAsync(string slug, Change change) =>
        await Service<IPresets>().ChangeAsync(
            new PresetName(workspaceId, slug), change, CancellationToken.None);

    /// <summary>Archives a preset and removes it.</summary>
    public async Task PurgeAsync(string slug)
    {
        await ChangeAsync(slug, new Edit(Guid.CreateVersion7(), "user_1") { Status = PresetStatus.Archived });
        await ChangeAsync(slug, new Purge(Guid.CreateVersion7(), "user_1"));
    }

    /// <summary>A service of the node.</summary>
    public T Service<T>() where T : notnull => node.Services.GetRequiredService<T>();

    /// <summary>The export as text.</summary>
    public async Task<string> ExportAsync(string query = "")
    {
        using var request = Request(HttpMethod.Get, "export" + query);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(Lines, response.Content.Headers.ContentType?.ToString());
        return text;
    }

    /// <summary>Imports lines, and gives the lines of the answer.</summary>
    public Task<JsonElement[]> ImportAsync(string text, string query = "", string type = Lines) =>
        ImportAsync(Encoding.UTF8.GetBytes(text), query, type);

    /// <inheritdoc cref="ImportAsync(string, string, string)"/>
    public async Task<JsonElement[]> ImportAsync(byte[] body, string query = "", string type = Lines)
    {
        using var response = await SendAsync(new ByteArrayContent(body), query, type);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>Sends an import, and gives the answer when its head has arrived.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpContent content, string query = "", string type = Lines, params (string Name, string Value)[] headers)
    {
        var request = Request(HttpMethod.Post, "import" + query);
        request.Content = content;
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>What a query counts in the node's database.</summary>
    public Task<long> CountAsync(string from) => Service<Database>().ReadAsync(
        connection => connection.FindAsync($"select count(*) from {from}", row => row.Next<long>()),
        CancellationToken.None);

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(node.Url, "/api/v1/" + path));
        request.Headers.Add("Authorization", "Bearer " + key);
        return request;
    }
}
