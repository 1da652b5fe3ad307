using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Presets.Api.Tests;

/// <summary>Requests without a reference, and their answers.</summary>
public sealed class ForwardingTests(SharedForwardingSite shared) : IClassFixture<SharedForwardingSite>
{
    private const string Chat = """{"model":"m","messages":[]}""";

    public static TheoryData<string> Routes => ["chat/completions", "messages", "messages/count_tokens", "responses"];

    private ForwardingSite Site => shared.Site;

    private ScriptedUpstream Upstream => shared.Site.Upstream;

    [Theory, MemberData(nameof(Routes))]
    public async Task A_body_without_a_reference_goes_up_as_it_is_and_the_answer_comes_back_as_it_is(string route)
    {
        const string Body =
            "{ \"model\" : \"a/b\",\n \"x\":1.50e0, \"messages\":[{\"content\":\"\\u00e9\\/\"}],\"x\":2}";
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
    public async Task A_body_up_to_the_limit_passes_and_a_larger_one_is_refused()
    {
        await using var site = await ForwardingSite.StartAsync();
        const int Most = 32 << 20;
        const string Head = "{\"model\":\"m\",\"x\":\"";
        var body = Head + new string('x', Most - Head.Length - 2) + "\"}";

        var (taken, _) = await site.PostAsync("chat/completions", body);
        var (chunked, _) = await site.PostAsync("responses", body, ("Transfer-Encoding", "chunked"));
        var (refused, text) = await site.PostAsync("messages", body + " ");

        Assert.Equal((200, 200), ((int)taken.StatusCode, (int)chunked.StatusCode));
        Assert.Equal(Most, site.Upstream.Last.Body.Length);
        InferenceErrorTests.IsError("messages", refused, text, 413, "body_too_large", "request_too_large");
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

    [Fact]
    public async Task The_memory_of_a_body_is_given_back_when_the_upstream_has_it()
    {
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Upstream.Script = async call =>
        {
            await call.SendAsync("data: 1\n\n");
            await mayEnd.Task;
        };
        // Two of them fill the memory for bodies.
        var body = $$"""{"model":"m","stream":true,"x":"{{new string('x', 30 << 20)}}"}""";

        for (var i = 0; i < 4; i++)
        {
            var response = await Site.SendAsync("chat/completions", body);
            Assert.Equal(200, (int)response.StatusCode);
        }

        mayEnd.SetResult();
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

    [Fact]
    public async Task No_request_names_its_upstream()
    {
        Upstream.Script = call => call.AnswerAsync("{}");
        var authority = new Uri(Upstream.Url).Authority;
        string[] requests =
        [
            $"POST http://evil.example/api/v1/chat/completions HTTP/1.1\r\nHost: evil.example\r\n",
            "POST /api/v1/chat/completions?@evil.example HTTP/1.1\r\nHost: evil.example\r\n",
            "POST /api/v1/chat/completions?x=%0d%0aHost:%20evil HTTP/1.1\r\nHost: a\r\nX-Forwarded-Host: evil\r\n",
            "POST /api/v1//evil.example/../chat/completions HTTP/1.1\r\nHost: a\r\n",
            "POST /api/v1/chat/completions#@evil.example HTTP/1.1\r\nHost: a\r\n",
        ];
        foreach (var request in requests)
        {
            var before = Upstream.Calls.Count;

            var answer = await Site.SendRawAsync(request, Chat);

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
}
