using System.Text;
using System.Text.Json;

namespace Presets.Api.Tests;

/// <summary>Streams of events, and what breaks them.</summary>
public sealed class StreamingTests(SharedForwardingSite shared) : IClassFixture<SharedForwardingSite>
{
    private const string Body = """{"model":"m","stream":true}""";

    public static TheoryData<string> Routes => ["chat/completions", "messages", "responses"];

    private ForwardingSite Site => shared.Site;

    private ScriptedUpstream Upstream => shared.Site.Upstream;

    [Theory, MemberData(nameof(Routes))]
    public async Task Each_event_comes_before_the_next_is_sent_and_comments_too(string route)
    {
        using var mayGoOn = new SemaphoreSlim(1);
        Upstream.Script = async call =>
        {
            for (var i = 0; i < 50; i++)
            {
                await mayGoOn.WaitAsync();
                await call.SendAsync(EventOf(i));
            }
        };

        using var response = await Site.SendAsync(route, Body);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        await using var stream = await response.Content.ReadAsStreamAsync();
        for (var i = 0; i < 50; i++)
        {
            await ReadAsync(stream, EventOf(i));
            mayGoOn.Release();
        }

        Assert.Equal(0, await stream.ReadAsync(new byte[1]));

        static string EventOf(int i) =>
            i % 3 == 0 ? $": PROCESSING {i}\n\n" : $"data: {{\"sequence_number\":{i}}}\r\n\r\n";
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_client_that_leaves_cancels_the_call_within_a_second(bool hasAnswer)
    {
        Upstream.Script = async call =>
        {
            if (hasAnswer)
                await call.SendAsync("data: 1\n\n");
            await call.Left;
        };
        using var cancel = new CancellationTokenSource();
        var called = Upstream.NextAsync();
        var sent = Site.SendAsync("chat/completions", ApiClient.JsonContent(Body), cancel.Token);
        var call = await called;
        // What has begun is left by a cancelled read: a client that disposes the answer first waits for its rest.
        Task left = hasAnswer ? (await sent).Content.ReadAsByteArrayAsync(cancel.Token) : sent;

        await cancel.CancelAsync();

        await call.Left.WaitAsync(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
    }

    [Theory]
    [InlineData("chat/completions", "data: {}\n\n"), InlineData("chat/completions", "data: {}\r\n\r\n")]
    [InlineData("chat/completions", "data: {}\r\r"), InlineData("chat/completions", ": PROCESSING\n\n")]
    [InlineData("messages", "event: ping\ndata: {}\n\n"), InlineData("responses", "data: {}\n\n")]
    [InlineData("responses", "data: {\"sequence_number\":41,\"delta\":\"\\\"sequence_number\\\":99\"}\n\n")]
    public async Task A_stream_that_breaks_between_events_ends_with_an_error_event(string route, string events)
    {
        var mayBreak = BreakAfter(call => call.SendAsync(events));

        using var response = await Site.SendAsync(route, Body);

        await using var stream = await response.Content.ReadAsStreamAsync();
        await ReadAsync(stream, events);
        mayBreak.SetResult();
        using var rest = new StreamReader(stream);
        IsErrorEvent(
            route, await rest.ReadToEndAsync(), 502, "upstream_failed",
            events.Contains("41", StringComparison.Ordinal) ? 42 : 0);
    }

    [Theory]
    [InlineData("text/event-stream", "data: {}\n\ndata: {\"a", null)]
    [InlineData("text/event-stream", "data: {}\n", null)]
    [InlineData("text/event-stream", "data: {}\n\n", "gzip"), InlineData("application/json", "{\n\n", null)]
    public async Task What_cannot_be_ended_with_an_event_is_broken_off(string type, string part, string? encoding)
    {
        var mayBreak = BreakAfter(call =>
        {
            call.Context.Response.ContentType = type;
            call.Context.Response.Headers.ContentEncoding = encoding;
            return call.SendAsync(part);
        });

        using var response = await Site.SendAsync("chat/completions", Body);

        await using var stream = await response.Content.ReadAsStreamAsync();
        await ReadAsync(stream, part);
        mayBreak.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(() => stream.ReadExactlyAsync(new byte[1]).AsTask());
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task An_upstream_that_breaks_before_its_answer_is_502(string route)
    {
        Upstream.Script = call =>
        {
            call.Reset();
            return Task.CompletedTask;
        };
        var (first, firstText) = await Site.PostAsync(route, Body);
        Upstream.Script = async call =>
        {
            call.Context.Response.ContentType = "text/event-stream";
            await call.Context.Response.Body.FlushAsync();
            call.Reset();
        };
        var (second, secondText) = await Site.PostAsync(route, Body);

        InferenceErrorTests.IsError(route, first, firstText, 502, "upstream_failed", "api_error");
        InferenceErrorTests.IsError(route, second, secondText, 502, "upstream_failed", "api_error");
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task An_upstream_that_cannot_be_reached_is_502(string route)
    {
        await using var site = await ForwardingSite.StartAsync();
        await site.Upstream.DisposeAsync();

        var (response, text) = await site.PostAsync(route, Body);

        InferenceErrorTests.IsError(route, response, text, 502, "upstream_failed", "api_error");
    }

    // A reset right after the part could take it away again, before anybody has read it.
    private TaskCompletionSource BreakAfter(Func<UpstreamCall, Task> sendAsync)
    {
        var mayBreak = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Upstream.Script = async call =>
        {
            await sendAsync(call);
            await mayBreak.Task;
            call.Reset();
        };
        return mayBreak;
    }

    private static async Task ReadAsync(Stream stream, string expected)
    {
        var bytes = new byte[expected.Length];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(expected, Encoding.UTF8.GetString(bytes));
    }

    /// <summary>Fails unless a text is one error event in the dialect of a route.</summary>
    internal static void IsErrorEvent(string route, string text, int status, string reason, int sequence)
    {
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal(route == "chat/completions" ? 1 : 2, lines.Length);
        var data = JsonDocument.Parse(lines[^1]["data: ".Length..]).RootElement;
        switch (route)
        {
            case "chat/completions":
                Assert.Equal("error", data.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
                Assert.Equal("chat.completion.chunk", data.GetProperty("object").GetString());
                Assert.Equal(status, data.GetProperty("error").GetProperty("code").GetInt32());
                Assert.Equal(
                    reason, data.GetProperty("error").GetProperty("metadata").GetProperty("reason").GetString());
                break;
            case "messages":
                Assert.Equal("event: error", lines[0]);
                Assert.Equal("error", data.GetProperty("type").GetString());
                Assert.Equal(
                    status == 504 ? "timeout_error" : "api_error",
                    data.GetProperty("error").GetProperty("type").GetString());
                break;
            default:
                Assert.Equal("event: error", lines[0]);
                Assert.Equal("error", data.GetProperty("type").GetString());
                Assert.Equal(reason, data.GetProperty("code").GetString());
                Assert.Equal(sequence, data.GetProperty("sequence_number").GetInt32());
                break;
        }
    }
}
