using System.Net;
using System.Net.Sockets;

namespace Presets.Api.Tests;

/// <summary>Upstreams that take too long.</summary>
public sealed class UpstreamTimeoutTests
{
    private const string Body = """{"model":"m","stream":true}""";

    public static TheoryData<string> Routes => ["chat/completions", "messages", "responses"];

    [Theory, MemberData(nameof(Routes))]
    public async Task An_upstream_that_does_not_begin_its_answer_is_504(string route)
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["FirstByteTimeout=0.3"]);
        site.Upstream.Script = call => call.Left;
        var called = site.Upstream.NextAsync();

        var (response, text) = await site.PostAsync(route, Body);

        InferenceErrorTests.IsError(route, response, text, 504, "upstream_timeout", "timeout_error");
        await (await called).Left.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task An_upstream_that_pauses_for_too_long_ends_the_stream_with_an_error_event(string route)
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["IdleTimeout=0.4"]);
        site.Upstream.Script = async call =>
        {
            await call.SendAsync("data: {}\n\n");
            await call.Left;
        };

        var (response, text) = await site.PostAsync(route, Body);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.StartsWith("data: {}\n\n", text, StringComparison.Ordinal);
        StreamingTests.IsErrorEvent(route, text[10..], 504, "upstream_timeout", 0);
    }

    [Fact]
    public async Task A_pause_may_be_longer_than_the_first_byte_may_take()
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["FirstByteTimeout=1", "IdleTimeout=20"]);
        site.Upstream.Script = async call =>
        {
            await call.SendAsync("data: 1\n\n");
            await Task.WhenAny(call.Left, Task.Delay(1500));
            await call.SendAsync("data: 2\n\n");
        };

        var (_, text) = await site.PostAsync("chat/completions", Body);

        Assert.Equal("data: 1\n\ndata: 2\n\n", text);
    }

    [Fact]
    public async Task An_answer_that_pauses_before_its_first_byte_is_504()
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["IdleTimeout=0.3"]);
        site.Upstream.Script = async call =>
        {
            await call.Context.Response.Body.FlushAsync();
            await call.Left;
        };

        var (response, text) = await site.PostAsync("chat/completions", Body);

        InferenceErrorTests.IsError("chat/completions", response, text, 504, "upstream_timeout", "");
    }

    [Fact]
    public async Task An_upstream_that_takes_no_connection_is_504()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var address = (IPEndPoint)listener.LocalEndPoint!;
        // What has room in the queue is taken by the system; what has none is left waiting.
        var waiting = new List<Socket>();
        Task connected;
        do
        {
            waiting.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            connected = waiting[^1].ConnectAsync(address);
        }
        while (await Task.WhenAny(connected, Task.Delay(300)) == connected);
        await using var node = await OneNode.StartAsync(
            Engine.Sqlite,
            settings: [$"--Upstreams:a:BaseUrl=http://{address}", "--Upstreams:a:ConnectTimeout=0.3"]);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", node.Key);

        using var response = await http.PostAsync(
            new Uri(node.Url, "/api/v1/chat/completions"), ApiClient.JsonContent(Body));

        InferenceErrorTests.IsError(
            "chat/completions", response, await response.Content.ReadAsStringAsync(), 504, "upstream_timeout", "");
        waiting.ForEach(socket => socket.Dispose());
    }
}
