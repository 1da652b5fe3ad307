using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class RequestBodyTests(OneNodeHosts hosts)
{
    private const string Chat = """{"model":"m","messages":[{"role":"system","content":"You are terse."}]}""";

    [Theory]
    [Sqlite("gzip"), Sqlite("br"), Sqlite("deflate"), Sqlite("GZIP"), Sqlite("identity"), Sqlite(""), Postgres("br")]
    public async Task A_compressed_body_is_what_comes_out_of_it(Engine engine, string encoding)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        var created = await PostAsync(host.Client, $"/presets/{slug}/chat/completions", encoding, Pack(encoding, Chat));
        var key = await PostAsync(host.Management, "/keys", encoding, Pack(encoding, """{"name":"packed"}"""));
        var large = Chat[..^1] + $",\"user\":\"{new string('x', 900_000)}\"}}";
        var second = await PostAsync(host.Client, $"/presets/{slug}/chat/completions", encoding, Pack(encoding, large));

        Assert.Equal("You are terse.",
            created.Expect(200).Data.GetProperty("designated_version").GetProperty("system_prompt").GetString());
        Assert.Equal("packed", key.Expect(201).Data.GetProperty("name").GetString());
        Assert.Equal("user", second.Expect(200).Headers["X-Ignored-Fields"]);
    }

    [Theory]
    [Sqlite("gzip"), Sqlite("br"), Sqlite("deflate")]
    public async Task The_limit_is_counted_after_decompression_and_what_is_broken_is_400(Engine engine, string encoding)
    {
        var host = await hosts.OnAsync(engine);
        var bomb = Pack(encoding, new string(' ', 200_000_000));
        var packed = Pack(encoding, Chat);
        var noise = new byte[200];
        new Random(1).NextBytes(noise);
        noise[0] = 0xff;

        foreach (var (client, route) in (IEnumerable<(ApiClient, string)>)
            [(host.Client, $"/presets/{ApiHost.NewSlug()}/chat/completions"), (host.Management, "/keys")])
        {
            (await PostAsync(client, route, encoding, bomb)).IsError(413, "body_too_large");
            (await PostAsync(client, route, encoding, noise)).IsError(400, "invalid_request");
            var half = await PostAsync(client, route, encoding, packed[..(packed.Length / 2)]);
            Assert.True(half.Expect(400).Reason is "invalid_request" or "invalid_json", half.Text);
            (await PostAsync(client, route, encoding, Encoding.UTF8.GetBytes(Chat))).Expect(400);
            (await PostAsync(client, route, encoding, [])).Expect(400);
        }
    }

    [Theory]
    [Sqlite("zstd"), Sqlite("gzip, br"), Sqlite("x"), Sqlite("compress")]
    public async Task Another_encoding_is_not_taken(Engine engine, string encoding)
    {
        var host = await hosts.OnAsync(engine);

        (await PostAsync(host.Client, "/presets/a/messages", encoding, [1]))
            .IsError(415, "unsupported_media_type", "Content-Encoding");
        (await PostAsync(host.Management, "/workspaces", encoding, [1]))
            .IsError(415, "unsupported_media_type", "Content-Encoding");
    }

    [Theory]
    [Sqlite("80000000\r\n{}"), Sqlite("ffffffffffffffff\r\n{}"), Sqlite("-1\r\n{}"), Sqlite("x\r\n{}")]
    [Sqlite("2\r\n{}}\r\n0\r\n\r\n"), Sqlite("2;\u00e9\r\n{}\r\n0\r\n\r\n"), Sqlite("2\n{}\n0\n\n")]
    public async Task Broken_chunks_are_400_in_json(Engine engine, string chunks)
    {
        var host = await hosts.OnAsync(engine);

        foreach (var (route, key) in (IEnumerable<(string, string)>)
        [
            ("presets/a/chat/completions", host.Key), ("keys", host.ManagementKey),
            ("workspaces", host.ManagementKey),
        ])
        {
            var answer = await RawHttp.SendAsync(
                host,
                $"POST /api/v1/{route} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
                + "Content-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks);

            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"reason\":\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_in_time_is_408_and_the_connection_is_closed()
    {
        await using var node =
            await OneNode.StartAsync(Engine.Sqlite, settings: ["--Presets:BodyTimeout", "0.3"]);

        string[] starts =
        [
            "Content-Length: 100\r\n\r\n{\"", "Transfer-Encoding: chunked\r\n\r\n2\r\n{\"\r\n",
            "Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n\u001f\u008b",
        ];
        (string Route, string Key)[] routes =
            [("presets/a/chat/completions", node.Key), ("keys", node.ManagementKey)];

        await Task.WhenAll(routes.SelectMany(route => starts.Select(async start =>
        {
            using var client = new TcpClient(node.Url.Host, node.Url.Port);
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(
                $"POST /api/v1/{route.Route} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {route.Key}\r\n"
                + "Content-Type: application/json\r\n" + start));
            using var reader = new StreamReader(client.GetStream());
            var answer = await ReadAsync(reader);

            Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"reason\":\"request_timeout\"", answer, StringComparison.Ordinal);
            Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        })));

        (await node.Client.CreateAsync("a")).Expect(200);
    }

    [Fact]
    public async Task A_body_beyond_the_budget_is_503_and_small_ones_go_on()
    {
        await using var node = await OneNode.StartAsync(
            Engine.Sqlite,
            settings: ["--Presets:BodyBytes", "1048576", "--Presets:MaxBodyBytes", "262144"]);
        var held = new List<TcpClient>();
        var large = Chat[..^1] + $",\"user\":\"{new string('x', 200_000)}\"}}";
        Answer refused;
        while ((refused = await node.Client.PostAsync("/presets/b/chat/completions", large)).Status == 200)
        {
            var client = new TcpClient(node.Url.Host, node.Url.Port);
            held.Add(client);
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(
                $"POST /api/v1/presets/a/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {node.Key}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {large.Length}\r\n\r\n{large[..^1]}"));
        }

        refused.IsError(503, "overloaded");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        (await node.Client.CreateAsync("b")).Expect(200);

        foreach (var client in held)
            client.Dispose();
        while ((await node.Client.PostAsync("/presets/b/chat/completions", large)).Status == 503)
            await Task.Yield();
    }

    [Theory]
    [Sqlite("POST", "/keys", "name"), Sqlite("POST", "/keys", "creator_user_id"), Sqlite("POST", "/keys", "expires_at")]
    [Sqlite("POST", "/keys", "workspace_id"), Sqlite("POST", "/keys", "limit"), Sqlite("POST", "/keys", "limit_reset")]
    [Sqlite("POST", "/keys", "include_byok_in_limit"), Sqlite("POST", "/keys", "unknown")]
    [Sqlite("PATCH", "/keys/a", "name"), Sqlite("PATCH", "/keys/a", "limit_reset")]
    [Sqlite("PATCH", "/keys/a", "disabled")]
    [Sqlite("POST", "/workspaces", "slug"), Sqlite("POST", "/workspaces", "description")]
    [Sqlite("POST", "/workspaces", "default_image_model"), Sqlite("POST", "/workspaces", "io_logging_api_key_ids")]
    [Sqlite("POST", "/workspaces", "io_logging_sampling_rate"), Sqlite("PATCH", "/workspaces/default", "name")]
    public async Task No_text_of_a_body_is_a_defect(Engine engine, string method, string path, string member)
    {
        var host = await hosts.OnAsync(engine);
        string[] values =
        [
            "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud800\\ud800\"", "[\"\\ud800\"]", "{\"\\ud800\":1}",
            "\"\\u0000\"", "1e999", "-0", "[[[]]]", "{}", "[]", "true", "99999999999999999999", "\"\"", "[1e999]",
            "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999999Z\"",
        ];

        foreach (var value in values)
        {
            foreach (var json in (string[])[$"{{\"{member}\":{value}}}", $"{{\"name\":\"n\",\"{member}\":{value}}}"])
            {
                var answer = await host.Management.SendAsync(new HttpMethod(method), path, json);

                Assert.True(answer.Status is < 500, $"{json}: {answer.Status} {answer.Text}");
            }

            var named = await host.Management.SendAsync(new HttpMethod(method), path, $"{{{"\"\\ud800\""}:{value}}}");
            named.Expect(400);
        }
    }

    // To the end, which is a reset: the node has waited some seconds for the rest of the body.
    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var part = new char[1000];
        try
        {
            while (await reader.ReadAsync(part).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) is > 0 and var length)
                text.Append(part, 0, length);
        }
        catch (IOException)
        {
        }

        return text.ToString();
    }

    private static async Task<Answer> PostAsync(ApiClient client, string path, string encoding, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await client.SendAsync(HttpMethod.Post, path, content);
    }

    private static byte[] Pack(string encoding, string text)
    {
        var packed = new MemoryStream();
        using (Stream stream = encoding.ToUpperInvariant() switch
        {
            "GZIP" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "BR" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "DEFLATE" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => packed,
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
