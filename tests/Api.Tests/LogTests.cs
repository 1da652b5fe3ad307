using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class LogTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task No_key_and_no_prompt_is_ever_logged(Engine engine)
    {
        const string Prompt = "Xyzzy is the password.";
        await using var node = await OneNode.StartAsync(engine, configure: builder =>
            builder.Services.PostConfigure<LoggerFilterOptions>(filter =>
            {
                filter.MinLevel = LogLevel.Trace;
                filter.Rules.Clear();
            }));

        var made = (await node.Management.PostAsync("/keys", """{"name":"k"}""")).Expect(201);
        var secret = made.Json.GetProperty("key").GetString()!;
        const string Chat = "/presets/a/chat/completions";
        var messages = $$"""[{"role":"system","content":"{{Prompt}}"}]""";
        (await node.With(secret).PostAsync(Chat, $$"""{"messages":{{messages}}}""")).Expect(200);
        (await node.Client.PostAsync(Chat, $$"""{"messages":{{messages}},"temperature":9}""")).Expect(400);
        (await node.Client.PostAsync("/presets/a/messages", $$"""{"system":"{{Prompt}}" """)).Expect(400);
        (await node.Management.PostAsync("/keys", $$"""{"name":"{{Prompt}}" """)).Expect(400);
        (await node.With(secret[..^1]).GetAsync("/presets/a")).Expect(401);
        (await node.With(ApiHost.NewKey()).GetAsync("/presets/a")).Expect(401);

        var log = string.Join('\n', node.Logs.Lines.Select(line => line.Text));
        Assert.NotEmpty(log);
        Assert.All(
            [secret, secret[..^1], node.Key, node.ManagementKey],
            key => Assert.DoesNotContain(key[13..], log, StringComparison.Ordinal));
        Assert.DoesNotContain("Xyzzy", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "GET /api/v1/presets\r\nHost: a\r\n\r\n")]
    [InlineData(400, "BAD\r\n\r\n")]
    [InlineData(400, "GET /caf\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: caf\u00e9\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: a\r\nno colon {0}\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: a\r\nX-Api-Key: {0}\u0000\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData(505, "GET / HTTP/9.9\r\nHost: a\r\n\r\n")]
    public async Task What_the_server_refuses_before_routing_has_no_body_and_is_logged_without_what_was_sent(
        int status, string request)
    {
        var host = await hosts.OnAsync(Engine.Sqlite);
        var before = ((OneNode)host).Logs.Lines.Count;

        var answer = await RawHttp.SendAsync(host, request.Replace("{0}", host.Key, StringComparison.Ordinal));

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        var lines = ((OneNode)host).Logs.Lines.Skip(before).Select(line => line.Text).ToList();
        Assert.Contains(lines, line => line.Contains("BadRequests", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(host.Key[13..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(414, 9_000, 0, 0)]
    [InlineData(431, 0, 40_000, 1)]
    [InlineData(431, 0, 1, 200)]
    public async Task What_is_too_large_before_routing_has_no_body_and_is_logged(
        int status, int path, int length, int headers)
    {
        var host = await hosts.OnAsync(Engine.Sqlite);
        var before = ((OneNode)host).Logs.Lines.Count;
        var lines = string.Concat(Enumerable.Range(0, headers).Select(i => $"X-{i}: {new string('x', length)}\r\n"));

        var answer = await RawHttp.SendAsync(
            host, $"GET /{new string('x', path)} HTTP/1.1\r\nHost: a\r\n{lines}\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.Contains(
            ((OneNode)host).Logs.Lines.Skip(before),
            line => line.Text.Contains("BadRequests", StringComparison.Ordinal));
    }
}
