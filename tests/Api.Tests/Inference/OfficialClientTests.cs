using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

// The client calls the whole of responses experimental.
#pragma warning disable OPENAI001

namespace Presets.Api.Tests;

/// <summary>
/// The clients of OpenAI and Anthropic for .NET, with nothing changed but base URL, key and model. Those for Node.js
/// are in tests/clients.
/// </summary>
public sealed class OfficialClientTests(SharedForwardingSite shared)
    : IClassFixture<SharedForwardingSite>, IAsyncLifetime
{
    private readonly ForwardingSite site = shared.Site;
    private readonly string slug = ApiHost.NewSlug();

    private string Model => "@preset/" + slug;

    public async Task InitializeAsync() =>
        (await site.Node.Client.CreateAsync(slug, "\"model\":\"acme/large\",\"temperature\":0.25")).Expect(200);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task OpenAI_completes_a_chat()
    {
        site.Upstream.Script = call => call.AnswerAsync(
            """
            {"id":"1","object":"chat.completion","created":1,"model":"acme/large","choices":[
              {"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"It is on time."}}]}
            """);

        ChatCompletion answer = await ChatClient().CompleteChatAsync([new UserChatMessage("Is the 9:40 late?")]);

        Assert.Equal("It is on time.", answer.Content[0].Text);
        var sent = Sent();
        Assert.Equal(0.25, sent.GetProperty("temperature").GetDouble());
        Assert.Equal("You are terse.", sent.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task OpenAI_streams_a_chat()
    {
        site.Upstream.Script = async call =>
        {
            foreach (var word in (string[])["It ", "is ", "on ", "time."])
            {
                await call.SendAsync(
                    $$$"""
                    data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"acme/large","choices":[
                    data: {"index":0,"delta":{"content":"{{{word}}}"},"finish_reason":null}]}


                    """);
            }

            await call.SendAsync("data: [DONE]\n\n");
        };

        var told = new List<string>();
        await foreach (var update in ChatClient().CompleteChatStreamingAsync([new UserChatMessage("Late?")]))
            told.AddRange(update.ContentUpdate.Select(part => part.Text));

        Assert.Equal(["It ", "is ", "on ", "time."], told);
        Assert.True(Sent().GetProperty("stream").GetBoolean());
    }

    [Fact]
    public async Task OpenAI_creates_a_response()
    {
        site.Upstream.Script = call => call.AnswerAsync(
            """
            {"id":"1","object":"response","created_at":1,"model":"acme/large","status":"completed","output":[
              {"id":"2","type":"message","role":"assistant","status":"completed","content":[
                {"type":"output_text","text":"It is on time.","annotations":[]}]}]}
            """);
        var client = new ResponsesClient(
            new ApiKeyCredential(site.Node.Key),
            new ResponsesClientOptions { Endpoint = new Uri(site.Node.Url, "/api/v1"), RetryPolicy = Never });

        ResponseResult answer = await client.CreateResponseAsync(Model, "Is the 9:40 late?");

        Assert.Equal("It is on time.", answer.GetOutputText());
        Assert.Equal("You are terse.", Sent().GetProperty("instructions").GetString());
    }

    [Fact]
    public async Task Anthropic_creates_a_message()
    {
        site.Upstream.Script = call => call.AnswerAsync(
            """
            {"id":"1","type":"message","role":"assistant","model":"acme/large","content":[
              {"type":"text","text":"It is on time."}],"stop_reason":"end_turn","stop_sequence":null,
              "usage":{"input_tokens":20,"output_tokens":5}}
            """);

        var answer = await AnthropicClient().Messages.Create(Message());

        Assert.True(answer.Content[0].TryPickText(out var text));
        Assert.Equal("It is on time.", text.Text);
        Assert.Equal("You are terse.", Sent().GetProperty("system").GetString());
    }

    [Fact]
    public async Task Anthropic_streams_a_message()
    {
        site.Upstream.Script = async call =>
        {
            foreach (var word in (string[])["It ", "is ", "on ", "time."])
            {
                await call.SendAsync(
                    $$$"""
                    event: content_block_delta
                    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{word}}}"}}


                    """);
            }

            await call.SendAsync("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        };

        var told = new List<string>();
        await foreach (var streamed in AnthropicClient().Messages.CreateStreaming(Message()))
        {
            if (streamed.TryPickContentBlockDelta(out var block) && block.Delta.TryPickText(out var text))
                told.Add(text.Text);
        }

        Assert.Equal(["It ", "is ", "on ", "time."], told);
        Assert.True(Sent().GetProperty("stream").GetBoolean());
    }

    [Fact]
    public async Task Errors_are_the_clients_own()
    {
        var missing = await Assert.ThrowsAsync<ClientResultException>(() =>
            ChatClient("@preset/missing").CompleteChatAsync([new UserChatMessage("Hi")]));
        var absent = await Assert.ThrowsAsync<AnthropicNotFoundException>(() =>
            AnthropicClient().Messages.Create(Message() with { Model = "@preset/missing" }));
        site.Upstream.Script = call =>
            call.AnswerAsync("""{"type":"error","error":{"type":"rate_limit_error","message":"Too fast."}}""", 429);
        var hasty = await Assert.ThrowsAsync<AnthropicRateLimitException>(() =>
            AnthropicClient().Messages.Create(Message()));

        Assert.Equal(404, missing.Status);
        Assert.Contains("Preset \"missing\" not found.", missing.Message, StringComparison.Ordinal);
        Assert.Equal("Preset \"missing\" not found.", absent.ApiMessage);
        Assert.Equal("Too fast.", hasty.ApiMessage);
    }

    private static ClientRetryPolicy Never => new(maxRetries: 0);

    private ChatClient ChatClient(string? model = null) => new(
        model ?? Model,
        new ApiKeyCredential(site.Node.Key),
        new OpenAIClientOptions { Endpoint = new Uri(site.Node.Url, "/api/v1"), RetryPolicy = Never });

    private AnthropicClient AnthropicClient() => new()
    {
        BaseUrl = new Uri(site.Node.Url, "/api").ToString(),
        ApiKey = site.Node.Key,
        AuthToken = null,
        MaxRetries = 0,
    };

    private MessageCreateParams Message() =>
        new() { Model = Model, MaxTokens = 100, Messages = [new UserMessageParam("Is the 9:40 late?")] };

    // What the upstream got, which has no key but its own.
    private JsonElement Sent()
    {
        var call = site.Upstream.Last;
        Assert.Equal("Bearer " + ForwardingSite.UpstreamKey, call.Headers["Authorization"]);
        Assert.False(call.Headers.ContainsKey("x-api-key"));
        var sent = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal("acme/large", sent.GetProperty("model").GetString());
        return sent;
    }
}
