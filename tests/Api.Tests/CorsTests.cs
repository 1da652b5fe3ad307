using Microsoft.Net.Http.Headers;

namespace Presets.Api.Tests;

public sealed class CorsTests
{
    private const string App = "https://app.example.com";

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_call_every_route_and_read_its_headers()
    {
        await using var node = await OneNode.StartAsync(
            Engine.Sqlite, settings: ["--Presets:CorsOrigins", $"{App}, http://localhost:5173"]);

        foreach (var origin in (string[])[App, "http://localhost:5173"])
        {
            foreach (var (method, path, status) in (IEnumerable<(string, string, int)>)
            [
                ("GET", "/api/v1/presets", 200), ("GET", "/api/v1/presets/nope", 404), ("GET", "/health/live", 200),
                ("GET", "/api/v1/keys", 403), ("PUT", "/api/v1/keys", 405), ("GET", "/nope", 404),
                ("POST", "/api/v1/presets/a/messages", 415),
            ])
            {
                var headers = await SendAsync(node, method, path, origin, status);

                Assert.Equal(origin, headers[HeaderNames.AccessControlAllowOrigin]);
                Assert.Contains("Origin", headers[HeaderNames.Vary], StringComparison.Ordinal);
                Assert.All(
                    [
                        "ETag", "X-Created-Version", "X-Ignored-Fields", "Idempotent-Replayed", "Retry-After",
                        "X-Preset", "X-Preset-Dropped", "X-Preset-Unfilled",
                    ],
                    name => Assert.Contains(
                        name, headers[HeaderNames.AccessControlExposeHeaders], StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task A_preflight_needs_no_key()
    {
        await using var node = await OneNode.StartAsync(Engine.Sqlite, settings: ["--Presets:CorsOrigins:0", App]);

        foreach (var (method, path) in (IEnumerable<(string, string)>)
        [
            ("POST", "/api/v1/presets/a/chat/completions"), ("PATCH", "/api/v1/keys/a"), ("DELETE", "/api/v1/keys/a"),
            ("GET", "/api/v1/presets"),
        ])
        {
            var headers = await SendAsync(
                node, "OPTIONS", path, App, 204,
                $"Access-Control-Request-Method: {method}\r\n"
                + "Access-Control-Request-Headers: authorization,content-type,idempotency-key,x-api-key,x-title\r\n");

            Assert.Equal(App, headers[HeaderNames.AccessControlAllowOrigin]);
            Assert.Equal(method, headers[HeaderNames.AccessControlAllowMethods]);
            Assert.All(
                ["authorization", "content-type", "idempotency-key", "x-api-key", "x-title"],
                name => Assert.Contains(
                    name, headers[HeaderNames.AccessControlAllowHeaders], StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: caf\u00e9", 204)]
    [InlineData("Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: \u0001", 204)]
    [InlineData("Access-Control-Request-Method: P\u00e9", 405)]
    [InlineData("Access-Control-Request-Method: ", 204)]
    public async Task A_preflight_that_cannot_be_repeated_allows_nothing(string header, int status)
    {
        await using var node = await OneNode.StartAsync(Engine.Sqlite, settings: ["--Presets:CorsOrigins", App]);

        var headers = await SendAsync(node, "OPTIONS", "/api/v1/presets", App, status, header + "\r\n");

        Assert.DoesNotContain(HeaderNames.AccessControlAllowHeaders, headers.Keys);
    }

    [Theory]
    [InlineData("https://evil.example.com", "--Presets:CorsOrigins", App)]
    [InlineData("http://app.example.com", "--Presets:CorsOrigins", App)]
    [InlineData("https://app.example.com:444", "--Presets:CorsOrigins", App)]
    [InlineData("null", "--Presets:CorsOrigins", App)]
    [InlineData(App)]
    public async Task No_other_origin_is_let_in(string origin, params string[] settings)
    {
        await using var node = await OneNode.StartAsync(Engine.Sqlite, settings: settings);

        var get = await SendAsync(node, "GET", "/api/v1/presets", origin, 200);
        var preflight = await SendAsync(
            node, "OPTIONS", "/api/v1/presets", origin, settings.Length > 0 ? 204 : 405,
            "Access-Control-Request-Method: GET\r\n");

        Assert.DoesNotContain(HeaderNames.AccessControlAllowOrigin, get.Keys);
        Assert.DoesNotContain(HeaderNames.AccessControlAllowOrigin, preflight.Keys);
    }

    private static async Task<Dictionary<string, string>> SendAsync(
        OneNode node, string method, string path, string origin, int status, string more = "")
    {
        var key = method == "OPTIONS" ? "" : $"Authorization: Bearer {node.Key}\r\n";
        var answer = await RawHttp.SendAsync(
            node, $"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{key}Origin: {origin}\r\n{more}"
            + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        return answer.Split("\r\n\r\n")[0].Split("\r\n")[1..].Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
    }
}
