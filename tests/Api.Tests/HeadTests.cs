using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Presets.Api.Tests;

public sealed class HeadTests
{
    [Fact]
    public async Task Every_get_route_answers_head_with_the_same_headers_and_no_body()
    {
        await using var node = await OneNode.StartAsync(Engine.Sqlite);
        (await node.Client.CreateAsync("a")).Expect(200);
        (await node.Client.CreateAsync("large", $"\"model\":\"{new string('x', 200_000)}\"")).Expect(200);
        var hash = KeySecret.Hash(node.Key).ToString();
        var patterns = node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET"))
            .Select(route => "/" + route.RoutePattern.RawText!.Trim('/')).ToList();
        Assert.True(patterns.Count >= 11, string.Join(' ', patterns));

        foreach (var pattern in patterns)
        {
            var key = pattern.Contains("/keys", StringComparison.Ordinal)
                || pattern.Contains("/workspaces", StringComparison.Ordinal) ? node.ManagementKey : node.Key;
            foreach (var slug in (string[])["a", "large", "nope"])
            {
                var path = pattern.Replace("{slug}", slug, StringComparison.Ordinal)
                    .Replace("{version}", "1", StringComparison.Ordinal)
                    .Replace("{hash}", hash, StringComparison.Ordinal)
                    .Replace("{documentName}", "v1", StringComparison.Ordinal)
                    .Replace("{id}", "default", StringComparison.Ordinal);

                var get = Split(await RawHttp.SendAsync(node, "GET", path, key));
                var head = Split(await RawHttp.SendAsync(node, "HEAD", path, key));

                Assert.Equal("", head.Body);
                // A body of no stated length has chunks; nothing has none.
                Assert.Equal(get.Headers.Where(header => header != "Transfer-Encoding: chunked"), head.Headers);
            }
        }
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_told_of_head()
    {
        await using var node = await OneNode.StartAsync(Engine.Sqlite);

        foreach (var path in (string[])["/health/live", "/health/ready", "/openapi/v1.json", "/api/v1/presets"])
        {
            var (headers, _) = Split(await RawHttp.SendAsync(node, "PUT", path, node.Key));

            Assert.StartsWith("HTTP/1.1 405", headers[0], StringComparison.Ordinal);
            Assert.Contains("Allow: GET, HEAD", headers);
        }

        var (head, body) =
            Split(await RawHttp.SendAsync(node, "HEAD", "/api/v1/presets/a/chat/completions", node.Key));
        Assert.StartsWith("HTTP/1.1 405", head[0], StringComparison.Ordinal);
        Assert.Equal("", body);
    }

    private static (string[] Headers, string Body) Split(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (
            [.. answer[..end].Split("\r\n").Where(header => !header.StartsWith("Date:", StringComparison.Ordinal))],
            answer[(end + 4)..]);
    }
}
