using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Presets.Withstand.Tests;

/// <summary>What a create wants to store; its mark stands in its config and its prompt.</summary>
internal sealed record Create(string Slug, string Mark, string? Key = null)
{
    private static int last;

    public static Create New(string slug, bool keyed = false)
    {
        var mark = $"mark-{Interlocked.Increment(ref last)}";
        return new Create(slug, mark, keyed ? Guid.NewGuid().ToString() : null);
    }

    public string Body =>
        $$"""{"model":"test/one","temperature":0.2,"stop":["{{Mark}}"],"""
        + $$"""
        "messages":[{"role":"system","content":"{{Mark}}"},{"role":"user","content":"x"}]}
        """;
}

/// <summary>How a request was answered.</summary>
/// <param name="Status">0 when the connection broke before an answer.</param>
internal sealed record Answer(
    int Status, string Text, bool Replayed, string? RetryAfter, DateTime SentAt, TimeSpan Took)
{
    /// <summary>Nobody listened: nothing was sent.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The node closes the connection after this answer.</summary>
    public bool IsLast { get; init; }

    /// <summary>The header <c>ETag</c>.</summary>
    public string? Tag { get; init; }

    /// <summary>The revision that the tag names.</summary>
    public long Revision => long.Parse(Tag!.Trim('"').Split('.')[1], CultureInfo.InvariantCulture);

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Reason => Status is 200 or 0
        ? null
        : Json.GetProperty("error").GetProperty("metadata").GetProperty("reason").GetString();

    public int Number => Json.GetProperty("data").GetProperty("designated_version").GetProperty("version").GetInt32();

    public Guid Id => Json.GetProperty("data").GetProperty("designated_version").GetProperty("id").GetGuid();

    public DateTime EndedAt => SentAt + Took;

    /// <summary>Fails, with what was answered, unless it was 200.</summary>
    public Answer Stored()
    {
        Assert.True(Status == 200, $"{Status} after {Took.TotalSeconds:0.00} s: {Text}");
        return this;
    }
}

/// <summary>A client of one node.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient http;

    public ApiClient(int port, string key)
    {
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}/"),
            Timeout = TimeSpan.FromMinutes(3),
        };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    public Task<Answer> CreateAsync(Create create, CancellationToken cancellationToken = default) =>
        PostAsync(create.Slug, create.Body, create.Key, cancellationToken);

    public async Task<Answer> PostAsync(
        string slug, string body, string? key = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/presets/{slug}/chat/completions")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await SendAsync(request, cancellationToken);
    }

    public Task<Answer> GetAsync(string path) => RequestAsync(HttpMethod.Get, path, null);

    public async Task<Answer> RequestAsync(
        HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request, CancellationToken.None);
    }

    /// <summary>Sends an inference request, and returns when its answer has begun.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/chat/completions")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>All versions of a preset, over all pages, by number.</summary>
    public async Task<Dictionary<int, Guid>> VersionsAsync(string slug)
    {
        var versions = new Dictionary<int, Guid>();
        while (true)
        {
            var answer = await GetAsync($"api/v1/presets/{slug}/versions?offset={versions.Count}&limit=100");
            var page = answer.Stored().Json;
            foreach (var version in page.GetProperty("data").EnumerateArray())
                versions.Add(version.GetProperty("version").GetInt32(), version.GetProperty("id").GetGuid());
            if (versions.Count >= page.GetProperty("total_count").GetInt32())
                return versions;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sentAt = DateTime.UtcNow;
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return new Answer(
                (int)response.StatusCode,
                text,
                response.Headers.Contains("Idempotent-Replayed"),
                response.Headers.RetryAfter?.ToString(),
                sentAt,
                DateTime.UtcNow - sentAt)
            {
                IsLast = response.Headers.ConnectionClose == true,
                Tag = response.Headers.ETag?.ToString(),
            };
        }
        catch (HttpRequestException broken)
        {
            var message = $"{broken.Message} {broken.InnerException?.Message}";
            return new Answer(0, message, false, null, sentAt, DateTime.UtcNow - sentAt)
            {
                IsRefused = broken.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused },
            };
        }
    }
}
