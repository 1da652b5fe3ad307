namespace Presets.Api.Tests;

/// <summary>Which headers pass, and that nothing else does.</summary>
public sealed class UpstreamHeaderTests(SharedForwardingSite shared) : IClassFixture<SharedForwardingSite>
{
    private const string Chat = """{"model":"m","messages":[]}""";

    private ForwardingSite Site => shared.Site;

    private ScriptedUpstream Upstream => shared.Site.Upstream;

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
            ("Connection", "x-named"), ("Proxy-Authenticate", "p"), ("Clear-Site-Data", "\"*\""),
            ("Refresh", "0; url=https://evil.example"),
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

        var answer = await Site.SendRawAsync(
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
}
