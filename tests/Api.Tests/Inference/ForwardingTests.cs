using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Presets.Api.Tests;

/// <summary>Requests without a reference, and what passes with them.</summary>
public sealed class ForwardingTests(SharedForwardingSite shared) : IClassFixture<SharedForwardingSite>
{
    private const string Chat = """{"model":"m","messages":[]}""";

    public static TheoryData<string> Routes => ["chat/completions", "messages", "messages/count_tokens", "responses"];

    private ForwardingSite Site => shared.Site;

    private ScriptedUpstream Upstream => shared.Site.Upstream;

    [Theory, MemberData(nameof(Routes))]
    public async Task A_body_without_a_reference_goes_up_as_it_is_and_the_answer_comes_back_as_it_is(string route)
    {
        const string Body = "{ \"model\" : \"a/b\",\n \"x\":1.50e0, \"messages\":[{\"content\":\"\\u00e9\\/\"}],\"x\":2}";
        Upstream.Script = call => call.AnswerAsync("{ \"ok\": 1.0 }", 201);

        var (response, text) = await Site.PostAsync(route + "?beta=true&a=%2F%40b", Body);

        Assert.Equal((201, "{ \"ok\": 1.0 }"), ((int)response.StatusCode, text));
        Assert.Equal(("POST", $"/v1/{route}?beta=true&a=%2F%40b"), (Upstream.Last.Method, Upstream.Last.Target));
        Assert.Equal(Body, Upstream.Last.Text);
        Assert.Equal($"{Body.Length}", Upstream.Last.Headers["Content-Length"]);
        Assert.DoesNotContain("X-Preset", response.Headers.Select(header => header.Key));
    }

    [Fact]
    public async Task A_compressed_body_goes_up_as_it_was_before()
    {
        Upstream.Script = call => call.AnswerAsync("{}");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Chat));
        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await Site.SendAsync("chat/completions", content, default);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(Chat, Upstream.Last.Text);
        Assert.DoesNotContain("Content-Encoding", Upstream.Last.Headers.Keys);
    }

    [Fact]
    public async Task Headers_go_up_but_those_that_are_not_meant_for_the_upstream()
    {
        Upstream.Script = call => call.AnswerAsync("{}");
        (string, string)[] passing =
        [
            ("HTTP-Referer", "https://a.example"), ("X-Title", "caf\u00c3\u00a9"), ("X-OpenRouter-Metadata", "enabled"),
            ("x-session-id", "s"), ("anthropic-version", "2023-06-01"), ("anthropic-beta", "a,b"),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("Accept-Encoding", "gzip"),
            ("User-Agent", "me/1"), ("Accept", "application/json"), ("Idempotency-Key", "k"),
        ];
        (string, string)[] kept =
        [
            ("Cookie", "a=b"), ("api-key", Site.Node.Key), ("x-api-key", Site.Node.Key), ("Proxy-Authorization", "p"),
            ("TE", "trailers"), ("Trailer", "t"), ("Keep-Alive", "1"), ("Proxy-Connection", "c"),
            ("X-Version-Message", "m"), ("X-Preset", "p"), ("X-Preset-Dropped", "p"), ("X-Forwarded-For", "10.0.0.1"),
            ("X-Forwarded-Host", "evil.example"), ("X-Original-Host", "evil.example"), ("X-Real-IP", "10.0.0.1"),
            ("Forwarded", "for=10.0.0.1"), ("Expect", "100-continue"), ("Connection", "x-named"), ("X-Named", "n"),
        ];

        var (response, _) = await Site.PostAsync("chat/completions", Chat, [.. passing, .. kept]);

        Assert.Equal(200, (int)response.StatusCode);
        var headers = Upstream.Last.Headers;
        Assert.All(passing, header => Assert.Equal(header.Item2, headers[header.Item1]));
        Assert.Equal("Bearer " + ForwardingSite.UpstreamKey, headers["Authorization"]);
        Assert.Equal(new Uri(Upstream.Url).Authority, headers["Host"]);
        Assert.Equal("application/json", headers["Content-Type"]);
        var others = kept.Select(header => header.Item1).Intersect(headers.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Empty(others);
        Assert.DoesNotContain(headers.Values, value => value.Contains(Site.Node.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_is_not_asked_for_compressed()
    {
        Upstream.Script = call => call.SendAsync("data: 1\n\n");

        await Site.PostAsync("chat/completions", """{"model":"m","stream":true}""", ("Accept-Encoding", "gzip"));

        Assert.DoesNotContain("Accept-Encoding", Upstream.Last.Headers.Keys);
    }

    [Fact]
    public async Task Headers_come_down_but_those_that_speak_of_the_upstreams_own_site()
    {
        (string, string)[] passing =
        [
            ("x-request-id", "r"), ("openai-organization", "o"), ("Retry-After", "3"), ("x-ratelimit-limit", "5"),
            ("X-Generation-Id", "g"), ("Cache-Control", "no-store"), ("X-Caf", "caf\u00c3\u00a9"), ("Vary", "a"),
        ];
        (string, string)[] kept =
        [
            ("Set-Cookie", "a=b"), ("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "a"),
            ("Strict-Transport-Security", "max-age=1"), ("Content-Security-Policy", "a"), ("Alt-Svc", "h3=\":1\""),
            ("Location", "https://evil.example"), ("X-Preset", "other:1"), ("Keep-Alive", "1"), ("X-Named", "n"),
            ("Connection", "x-named"), ("Proxy-Authenticate", "p"),
        ];
        Upstream.Script = call => call.AnswerAsync("{}", 302, [.. passing, .. kept]);

        var (response, _) = await Site.PostAsync("chat/completions", Chat);

        Assert.Equal(302, (int)response.StatusCode);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join('|', header.Value), StringComparer.OrdinalIgnoreCase);
        Assert.All(passing, header => Assert.Equal(header.Item2, headers[header.Item1]));
        Assert.Empty(kept.Select(header => header.Item1).Intersect(headers.Keys, StringComparer.OrdinalIgnoreCase));
        Assert.Equal("2", headers["Content-Length"]);
    }

    [Theory]
    [InlineData(400), InlineData(402), InlineData(403), InlineData(404), InlineData(408), InlineData(429)]
    [InlineData(500), InlineData(502), InlineData(503), InlineData(529)]
    public async Task An_error_of_the_upstream_passes_as_it_is(int status)
    {
        const string Error = """{"error":{"message":"No"}}""";
        Upstream.Script = call => call.AnswerAsync(Error, status, ("Retry-After", "7"));

        var (response, text) = await Site.PostAsync("messages", Chat);

        Assert.Equal((status, Error), ((int)response.StatusCode, text));
        Assert.Equal("7", response.Headers.RetryAfter!.ToString());
    }

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
            line => line.Level == LogLevel.Error && line.Text.Contains("main refused its key", StringComparison.Ordinal));
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

    [Fact]
    public async Task A_body_up_to_the_limit_passes_and_a_larger_one_is_refused()
    {
        await using var site = await ForwardingSite.StartAsync();
        const int Most = 32 << 20;
        const string Head = "{\"model\":\"m\",\"x\":\"";
        var body = Head + new string('x', Most - Head.Length - 2) + "\"}";

        var (taken, _) = await site.PostAsync("chat/completions", body);
        var (refused, text) = await site.PostAsync("messages", body + " ");

        Assert.Equal(200, (int)taken.StatusCode);
        Assert.Equal(Most, site.Upstream.Last.Body.Length);
        IsError("messages", refused, text, 413, "body_too_large", "request_too_large");
    }

    [Fact]
    public async Task No_request_names_its_upstream()
    {
        Upstream.Script = call => call.AnswerAsync("{}");
        var authority = new Uri(Upstream.Url).Authority;
        string[] requests =
        [
            $"POST http://evil.example/api/v1/chat/completions HTTP/1.1\r\nHost: evil.example\r\n",
            "POST /api/v1/chat/completions?@evil.example HTTP/1.1\r\nHost: evil.example\r\n",
            "POST /api/v1/chat/completions?x=%0d%0aHost:%20evil HTTP/1.1\r\nHost: a\r\nX-Forwarded-Host: evil.example\r\n",
            "POST /api/v1//evil.example/../chat/completions HTTP/1.1\r\nHost: a\r\n",
            "POST /api/v1/chat/completions#@evil.example HTTP/1.1\r\nHost: a\r\n",
        ];
        foreach (var request in requests)
        {
            var before = Upstream.Calls.Count;

            var answer = await SendRawAsync(request, Chat);

            Assert.Matches("^HTTP/1.1 (200|400|404) ", answer);
            Assert.Equal(answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) ? before + 1 : before,
                Upstream.Calls.Count);
            if (Upstream.Calls.Count > before)
            {
                Assert.Equal(authority, Upstream.Last.Headers["Host"]);
                Assert.StartsWith("/v1/chat/completions", Upstream.Last.Target, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("Connection: x-api-key\r\nx-api-key: {0}\r\n", 200)]
    [InlineData("Connection: authorization, content-type, content-length\r\n", 200)]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\n", 200)]
    [InlineData("Upgrade: websocket\r\n", 200)]
    [InlineData("Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", 200)]
    [InlineData("Transfer-Encoding: chunked\r\n", 400)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", 400)]
    [InlineData("Content-Length: 3\r\n", 400)]
    [InlineData("X-A: a\rX-B: b\r\n", 400)]
    [InlineData("X-A: a\nAuthorization: Bearer evil\r\n", 401)]
    [InlineData("X-A : a\r\n", 400)]
    [InlineData("X-A: a\r\n Authorization: Bearer evil\r\n", 400)]
    [InlineData("Proxy-Authorization: Bearer {0}\r\nCookie: k={0}\r\napi-key: {0}\r\n", 200)]
    [InlineData("X-API-KEY: {0}\r\nAPI-KEY: {0}\r\n", 200)]
    public async Task Nothing_is_smuggled_through_the_headers(string headers, int status)
    {
        Upstream.Script = call => call.AnswerAsync("{}");
        var before = Upstream.Calls.Count;

        var answer = await SendRawAsync(
            "POST /api/v1/chat/completions HTTP/1.1\r\nHost: a\r\n"
            + headers.Replace("{0}", Site.Node.Key, StringComparison.Ordinal),
            Chat);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status == 200 ? before + 1 : before, Upstream.Calls.Count);
        if (status != 200)
            return;
        var sent = Upstream.Last;
        Assert.Equal(("POST", Chat), (sent.Method, sent.Text));
        Assert.Equal("Bearer " + ForwardingSite.UpstreamKey, sent.Headers["Authorization"]);
        Assert.Equal($"{Chat.Length}", sent.Headers["Content-Length"]);
        Assert.DoesNotContain(sent.Headers.Values, value => value.Contains(Site.Node.Key, StringComparison.Ordinal));
        Assert.Empty(sent.Headers.Keys.Intersect(
            ["Upgrade", "Connection", "HTTP2-Settings", "Transfer-Encoding", "Cookie", "x-api-key", "api-key"],
            StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Neither_key_is_logged()
    {
        await using var site = await ForwardingSite.StartAsync();
        site.Upstream.Script = call => call.AnswerAsync("{}", call.Text.Contains('1') ? 401 : 200);

        await site.PostAsync("chat/completions", Chat);
        await site.PostAsync("messages", """{"model":"1"}""");
        await site.Upstream.DisposeAsync();
        await site.PostAsync("responses", Chat);

        var log = string.Join('\n', site.Node.Logs.Lines.Select(line => line.Text));
        Assert.Contains("main failed", log, StringComparison.Ordinal);
        Assert.DoesNotContain(ForwardingSite.UpstreamKey, log, StringComparison.Ordinal);
        Assert.DoesNotContain(site.Node.Key[13..], log, StringComparison.Ordinal);
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

    [Fact]
    public async Task Anthropic_is_called_as_its_own_clients_call_it()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var node = await OneNode.StartAsync(
            Engine.Sqlite,
            settings:
            [
                "--Upstreams:a:Kind=anthropic", $"--Upstreams:a:BaseUrl={upstream.Url}/", "--Upstreams:a:Key=sk-ant",
            ]);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("x-api-key", node.Key);
        http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");

        using var answer = await http.PostAsync(
            new Uri(node.Url, "/api/v1/messages?beta=true"), ApiClient.JsonContent(Chat));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("/v1/messages?beta=true", upstream.Last.Target);
        Assert.Equal("sk-ant", upstream.Last.Headers["x-api-key"]);
        Assert.DoesNotContain("Authorization", upstream.Last.Headers.Keys);
    }

    [Fact]
    public async Task A_prefix_is_left_out_where_the_upstream_wants_it_so()
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["Prefixes=openai/", "StripPrefix=true"]);

        await site.PostAsync("chat/completions", """{"a":1, "model" : "openai/gpt-4o" ,"b":2}""");

        Assert.Equal("""{"a":1, "model" : "gpt-4o" ,"b":2}""", site.Upstream.Last.Text);
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

    private Task<string> SendRawAsync(string head, string body) => RawHttp.SendAsync(
        Site.Node,
        head + $"Authorization: Bearer {Site.Node.Key}\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
}
