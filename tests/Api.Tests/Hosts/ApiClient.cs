using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Presets.Api.Tests;

/// <summary>Sends requests with a key, and holds every answer against the document.</summary>
public sealed class ApiClient(Uri url, string? key)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, (string?)null, headers);

    public Task<Answer> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, headers);

    public Task<Answer> PatchAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, json, headers);

    public Task<Answer> PutAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, json, headers);

    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, (string?)null, headers);

    /// <summary>Creates a version from a chat body.</summary>
    public Task<Answer> CreateAsync(
        string slug, string fields = "\"model\":\"openai/gpt-4o\"", params (string Name, string Value)[] headers) =>
        PostAsync(
            $"/presets/{slug}/chat/completions",
            $$"""{"messages":[{"role":"system","content":"You are terse."}],{{fields}}}""", headers);

    /// <summary>Sends a request under <c>/api/v1</c>.</summary>
    public Task<Answer> SendAsync(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, json is null ? null : JsonContent(json), headers);

    /// <summary>Sends a request under <c>/api/v1</c> with any content.</summary>
    public async Task<Answer> SendAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(url, "/api/v1" + path)) { Content = content };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        await OpenRouterDocument.CheckAsync(method, path, answer.Status, answer.Text);
        return answer;
    }

    /// <summary>A body that says it is JSON.</summary>
    public static ByteArrayContent JsonContent(string json)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

/// <summary>An answer in JSON; its text is empty when it has no body.</summary>
public sealed record Answer(int Status, string Text, JsonElement Json, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The member <c>data</c>.</summary>
    public JsonElement Data => Json.GetProperty("data");

    /// <summary>The entity tag; null when it has none.</summary>
    public string? Tag => Headers.GetValueOrDefault("ETag");

    /// <summary>Whether an earlier request with the same Idempotency-Key had its effect.</summary>
    public bool IsReplayed => Headers.GetValueOrDefault("Idempotent-Replayed") == "true";

    /// <summary>The stable reason of an error.</summary>
    public string? Reason => Metadata("reason");

    /// <summary>The field an error names.</summary>
    public string? Field => Metadata("field");

    /// <summary>The ids, or what is named, of a list's entries.</summary>
    public string[] Each(string member) =>
        [.. Data.EnumerateArray().Select(entry => entry.GetProperty(member).ToString())];

    /// <summary>Fails unless this is the error.</summary>
    public void IsError(int status, string reason, string? field = null)
    {
        Assert.True(
            (Status, Reason, Field) == (status, reason, field),
            $"expected {status} {reason} {field}, but was {Status} {Text}");
        Assert.Equal(status, Json.GetProperty("error").GetProperty("code").GetInt32());
        Assert.NotEqual("", Json.GetProperty("error").GetProperty("message").GetString());
    }

    /// <summary>Itself, unless it has another status.</summary>
    public Answer Expect(int status)
    {
        Assert.True(Status == status, $"expected {status}, but was {Status} {Text}");
        return this;
    }

    private string? Metadata(string name) =>
        Json.TryGetProperty("error", out var error)
        && error.GetProperty("metadata").TryGetProperty(name, out var value)
            ? value.GetString()
            : null;

    /// <summary>Reads an answer.</summary>
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var hasBody = response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified);
        Assert.Equal(hasBody ? "application/json" : null, response.Content.Headers.ContentType?.ToString());
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(hasBody, text.Length > 0);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(
                header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        var json = hasBody ? JsonDocument.Parse(text).RootElement : default;
        return new Answer((int)response.StatusCode, text, json, headers);
    }
}
