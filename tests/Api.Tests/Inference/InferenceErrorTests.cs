using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Presets.Api.Tests;

/// <summary>Errors of this service, in the dialect of the route.</summary>
public sealed class InferenceErrorTests(SharedForwardingSite shared) : IClassFixture<SharedForwardingSite>
{
    private const string Chat = """{"model":"m","messages":[]}""";

    public static TheoryData<string> Routes => ["chat/completions", "messages", "messages/count_tokens", "responses"];

    private ForwardingSite Site => shared.Site;

    private ScriptedUpstream Upstream => shared.Site.Upstream;

    [Theory, MemberData(nameof(Routes))]
    public async Task A_key_that_the_upstream_refuses_is_424_in_our_words(string route)
    {
        Upstream.Script = call => call.AnswerAsync(
            $$"""{"error":"Bad key {{ForwardingSite.UpstreamKey}}"}""", 401,
            ("WWW-Authenticate", ForwardingSite.UpstreamKey), ("X-Echo", ForwardingSite.UpstreamKey));

        var (response, text) = await Site.PostAsync(route, Chat);

        IsError(route, response, text, 424, "upstream_unauthorized", "api_error");
        Assert.DoesNotContain(ForwardingSite.UpstreamKey, text + response.Headers, StringComparison.Ordinal);
        Assert.Contains(
            Site.Node.Logs.Lines,
            line => line.Level == LogLevel.Error
                && line.Text.Contains("main refused its key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("messages", 401, "unauthorized", "authentication_error")]
    [InlineData("messages/count_tokens", 401, "unauthorized", "authentication_error")]
    [InlineData("chat/completions", 401, "unauthorized", "")]
    [InlineData("messages", 403, "forbidden", "permission_error")]
    [InlineData("responses", 403, "forbidden", "")]
    public async Task A_refused_key_is_told_in_the_routes_dialect(string route, int status, string reason, string type)
    {
        var key = status == 401 ? ApiHost.NewKey() : Site.Node.ManagementKey;
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Site.Node.Url, "/api/v1/" + route))
        {
            Content = ApiClient.JsonContent(Chat),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        using var response = await http.SendAsync(request);

        IsError(route, response, await response.Content.ReadAsStringAsync(), status, reason, type);
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_body_that_cannot_be_read_is_refused_in_the_routes_dialect(string route)
    {
        var before = Upstream.Calls.Count;
        using var text = new StringContent(Chat, Encoding.UTF8, "text/plain");

        var (invalid, invalidText) = await Site.PostAsync(route, "{\"model\":");
        var (empty, emptyText) = await Site.PostAsync(route, "");
        using var other = await Site.SendAsync(route, text, default);

        IsError(route, invalid, invalidText, 400, "invalid_json", "invalid_request_error");
        IsError(route, empty, emptyText, 400, "invalid_json", "invalid_request_error");
        IsError(
            route, other, await other.Content.ReadAsStringAsync(), 415, "unsupported_media_type",
            "invalid_request_error");
        Assert.Equal(before, Upstream.Calls.Count);
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task Without_an_upstream_that_takes_it_a_request_is_404(string route)
    {
        await using var none = await OneNode.StartAsync(Engine.Sqlite);
        await using var site = await ForwardingSite.StartAsync(settings: ["Prefixes=openai/,x"]);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", none.Key);

        using var first = await http.PostAsync(new Uri(none.Url, "/api/v1/" + route), ApiClient.JsonContent(Chat));
        var (second, text) = await site.PostAsync(route, Chat);

        IsError(route, first, await first.Content.ReadAsStringAsync(), 404, "no_upstream", "not_found_error");
        IsError(route, second, text, 404, "no_upstream", "not_found_error");
    }

    /// <summary>Fails unless an answer is an error of ours, in the dialect of its route.</summary>
    internal static void IsError(
        string route, HttpResponseMessage response, string text, int status, string reason, string type)
    {
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        var json = JsonDocument.Parse(text).RootElement;
        var error = json.GetProperty("error");
        Assert.NotEqual("", error.GetProperty("message").GetString());
        if (route.StartsWith("messages", StringComparison.Ordinal))
        {
            Assert.Equal("error", json.GetProperty("type").GetString());
            Assert.Equal(type, error.GetProperty("type").GetString());
            Assert.NotEqual("", json.GetProperty("request_id").GetString());
        }
        else
        {
            Assert.Equal(status, error.GetProperty("code").GetInt32());
            Assert.Equal(reason, error.GetProperty("metadata").GetProperty("reason").GetString());
        }
    }
}
