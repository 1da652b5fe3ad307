using System.Text.Json;

namespace Presets.Api.Tests;

/// <summary>Requests that refer to a preset.</summary>
public sealed class ForwardedPresetTests
{
    [Theory, Sqlite, Postgres]
    public async Task The_preset_is_merged_and_the_answer_names_its_version(Engine engine)
    {
        await using var site = await ForwardingSite.StartAsync(engine, "Prefixes=openai/", "StripPrefix=true");
        var slug = await CreateAsync(site, "\"model\":\"openai/gpt-4o\",\"temperature\":0.20");

        var (response, _) = await site.PostAsync(
            "chat/completions", $$"""{"model":"@preset/{{slug}}","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal($"{slug}:1", response.Headers.GetValues("X-Preset").Single());
        var sent = JsonDocument.Parse(site.Upstream.Last.Body).RootElement;
        Assert.Equal("gpt-4o", sent.GetProperty("model").GetString());
        Assert.Equal("0.20", sent.GetProperty("temperature").GetRawText());
        Assert.Equal(["system", "user"], sent.GetProperty("messages").EnumerateArray()
            .Select(message => message.GetProperty("role").GetString()!));
        Assert.Equal($"{site.Upstream.Last.Body.Length}", site.Upstream.Last.Headers["Content-Length"]);
    }

    [Fact]
    public async Task Every_answer_to_a_request_with_a_reference_names_the_version()
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["FirstByteTimeout=0.5"]);
        var slug = await CreateAsync(site, "\"model\":\"m\"");
        var body = $$"""{"model":"@preset/{{slug}}","messages":[]}""";
        Func<UpstreamCall, Task>[] scripts =
        [
            call => call.AnswerAsync("{}"), call => call.AnswerAsync("{}", 429), call => call.AnswerAsync("{}", 500),
            call => call.AnswerAsync("{}", 401), call => call.Left, Reset, call => call.SendAsync("data: 1\n\n"),
        ];

        foreach (var script in scripts)
        {
            site.Upstream.Script = script;
            var (response, text) = await site.PostAsync("chat/completions", body);
            Assert.True(response.Headers.Contains("X-Preset"), text);
            Assert.Equal($"{slug}:1", response.Headers.GetValues("X-Preset").Single());
        }

        var (unknown, _) = await site.PostAsync("chat/completions", """{"model":"@preset/none","messages":[]}""");
        Assert.Equal(404, (int)unknown.StatusCode);
        Assert.False(unknown.Headers.Contains("X-Preset"));
    }

    [Fact]
    public async Task What_the_upstream_refuses_is_left_out_and_named()
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["Drop=top_k,seed"]);
        var slug = await CreateAsync(site, "\"model\":\"m\",\"top_k\":3,\"top_p\":0.5");

        var (response, _) = await site.PostAsync(
            "chat/completions", $$"""{"model":"@preset/{{slug}}","messages":[],"seed":1}""");

        Assert.Equal("top_k", response.Headers.GetValues("X-Preset-Dropped").Single());
        var sent = JsonDocument.Parse(site.Upstream.Last.Body).RootElement;
        Assert.False(sent.TryGetProperty("top_k", out _));
        Assert.Equal((0.5, 1), (sent.GetProperty("top_p").GetDouble(), sent.GetProperty("seed").GetInt32()));
    }

    [Fact]
    public async Task What_counts_no_tokens_is_left_out_of_a_count()
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["Drop=seed"]);
        var slug = await CreateAsync(
            site, "\"model\":\"m\",\"max_tokens\":9,\"stop\":[\"x\"],\"reasoning_effort\":\"low\"");

        var (response, _) = await site.PostAsync(
            "messages/count_tokens", $$"""{"model":"@preset/{{slug}}","messages":[],"temperature":0.5}""");

        Assert.Equal("max_tokens, stop_sequences", response.Headers.GetValues("X-Preset-Dropped").Single());
        Assert.Equal(
            """
            {"model":"m","messages":[],"temperature":0.5,"output_config":{"effort":"low"},"system":"You are terse."}
            """,
            site.Upstream.Last.Text);
    }

    [Fact]
    public async Task OpenRouter_is_told_in_headers_whether_to_cache()
    {
        await using var site = await ForwardingSite.StartAsync(settings: ["Kind=openrouter"]);
        var slug = await CreateAsync(site, "\"model\":\"m\",\"cache_enabled\":true,\"cache_ttl_seconds\":60");
        var body = $$"""{"model":"@preset/{{slug}}","messages":[]}""";

        await site.PostAsync("chat/completions", body);
        var first = site.Upstream.Last;
        await site.PostAsync("chat/completions", body, ("X-OpenRouter-Cache", "false"));

        Assert.Equal(("true", "60"), (first.Headers["X-OpenRouter-Cache"], first.Headers["X-OpenRouter-Cache-TTL"]));
        Assert.DoesNotContain("cache_", first.Text, StringComparison.Ordinal);
        Assert.Equal("false", site.Upstream.Last.Headers["X-OpenRouter-Cache"]);
    }

    [Fact]
    public async Task A_request_counts_once_by_what_was_sent()
    {
        await using var site = await ForwardingSite.StartAsync();
        var slug = await CreateAsync(site, "\"model\":\"m\"");
        var body = $$"""{"model":"@preset/{{slug}}","messages":[]}""";
        Func<UpstreamCall, Task>[] scripts =
        [
            call => call.AnswerAsync("{}"), call => call.SendAsync("data: 1\n\n"), call => call.AnswerAsync("{}", 302),
            call => call.AnswerAsync("{}", 429), call => call.AnswerAsync("{}", 401),
            call => call.AnswerAsync("{}", 529), Reset,
        ];

        foreach (var script in scripts)
        {
            site.Upstream.Script = script;
            await site.PostAsync("chat/completions", body);
        }

        site.Upstream.Script = async call =>
        {
            await call.SendAsync("data: 1\n\n");
            await call.Left;
        };
        using var cancel = new CancellationTokenSource();
        var called = site.Upstream.NextAsync();
        using var begun = await site.SendAsync("chat/completions", ApiClient.JsonContent(body), default);
        var left = begun.Content.ReadAsByteArrayAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await (await called).Left;
        site.Upstream.Script = scripts[0];
        await site.PostAsync("chat/completions", """{"model":"m","messages":[]}""");

        var (usage, expected) = ("", "2, 1, 2, 2, 1");
        for (var deadline = DateTime.UtcNow.AddSeconds(10); usage != expected; await Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < deadline, $"{usage}, not {expected}");
            var entries = (await site.Node.Client.GetAsync($"/presets/{slug}/usage")).Expect(200).Data
                .GetProperty("entries").EnumerateArray().ToList();
            usage = string.Join(", ", ((string[])["success", "redirect", "client_error", "server_error", "cancelled"])
                .Select(name => entries.Sum(entry => entry.GetProperty(name).GetInt64())));
        }
    }

    private static Task Reset(UpstreamCall call)
    {
        call.Reset();
        return Task.CompletedTask;
    }

    private static async Task<string> CreateAsync(ForwardingSite site, string fields)
    {
        var slug = ApiHost.NewSlug();
        (await site.Node.Client.CreateAsync(slug, fields)).Expect(200);
        return slug;
    }
}
