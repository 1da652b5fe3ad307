using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Presets.Api.Tests;

/// <summary>The list of models of a node with an upstream.</summary>
public sealed class UpstreamModelTests
{
    private const string Gpt =
        """
        {"id":"openai/gpt-4o","canonical_slug":"openai/gpt-4o-2024","name":"GPT-4o","created":1692901234,
        "description":"A model","context_length":128000,"hugging_face_id":"",
        "architecture":{"modality":"text+image->text","input_modalities":["text","image"],"output_modalities":["text"],
        "tokenizer":"GPT","instruct_type":null},"pricing":{"prompt":"0.00003","completion":"0.00006"},
        "top_provider":{"context_length":128000,"max_completion_tokens":4096,"is_moderated":true},
        "per_request_limits":null,"supported_parameters":["tools","temperature"],"default_parameters":null,
        "supported_voices":null,"links":{"details":"/api/v1/models/openai/gpt-4o/endpoints"}}
        """;

    [Theory, Sqlite, Postgres]
    public async Task A_preset_stands_in_front_with_what_its_model_can_do(Engine engine)
    {
        await using var site = await ForwardingSite.StartAsync(engine);
        site.Upstream.Script = call => call.AnswerAsync($$"""{"data":[{{Gpt}},{"id":"other"}]}""");
        (await site.Node.Client.CreateAsync("named")).Expect(200);
        (await site.Node.Client.CreateAsync("suffixed", "\"model\":\"openai/gpt-4o:nitro\"")).Expect(200);
        (await site.Node.Client.CreateAsync("unknown", "\"model\":\"nobody/nothing\"")).Expect(200);

        // The client holds it against OpenRouter's document.
        var list = (await site.Node.Client.GetAsync("/models")).Expect(200);

        Assert.Equal(
            ["@preset/unknown", "@preset/suffixed", "@preset/named", "openai/gpt-4o", "other"], list.Each("id"));
        Assert.Equal(["null", "128000", "128000", "128000", "null"], list.Data.EnumerateArray()
            .Select(row => row.GetProperty("context_length").GetRawText()));
        Assert.Equal(["[]", """["tools","temperature"]"""], list.Data.EnumerateArray().Take(2)
            .Select(row => row.GetProperty("supported_parameters").GetRawText()));
        Assert.Equal("openai/gpt-4o-2024", list.Data[3].GetProperty("canonical_slug").GetString());
        Assert.Equal("named", list.Data[2].GetProperty("name").GetString());
        Assert.Equal(
            """{"data":{"count":5}}""", (await site.Node.Client.GetAsync("/models/count")).Expect(200).Text);
        var call = Assert.Single(site.Upstream.Calls);
        Assert.Equal(
            ("GET", "/v1/models", $"Bearer {ForwardingSite.UpstreamKey}"),
            (call.Method, call.Target, call.Headers["Authorization"]));
    }

    [Theory]
    [InlineData("""{"data":[{"id":"half a pair \ud83d"}]}""")]
    [InlineData("""{"data":[{"id":"m","name":"\ud83d"}]}""")]
    public async Task A_list_that_holds_half_a_character_counts_as_a_failure(string list)
    {
        await using var site = await ForwardingSite.StartAsync();
        site.Upstream.Script = call => call.AnswerAsync(list);
        (await site.Node.Client.CreateAsync("a")).Expect(200);

        Assert.Equal(["@preset/a"], (await site.Node.Client.GetAsync("/models")).Expect(200).Each("id"));
        (await site.Node.Client.GetAsync("/models?supported_parameters=tools")).Expect(502);
    }

    [Fact]
    public async Task A_query_with_a_key_that_the_upstream_refuses_is_424()
    {
        await using var site = await ForwardingSite.StartAsync();
        site.Upstream.Script = call => call.AnswerAsync("{}", 401);

        var answer = await site.Node.Client.GetAsync("/models?supported_parameters=tools");

        Assert.Equal((424, "upstream_unauthorized"), (answer.Status, answer.Reason));
        Assert.Contains(site.Node.Logs.Lines, line => line.Level == LogLevel.Error
            && line.Text.Contains("main refused its key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_runs_over_presets_and_models()
    {
        await using var site = await ForwardingSite.StartAsync();
        site.Upstream.Script = call => call.AnswerAsync("""{"data":[{"id":"m1"},{"id":"m2"},{"id":"m3"}]}""");
        (await site.Node.Client.CreateAsync("a")).Expect(200);

        var page = (await site.Node.Client.GetAsync("/models?offset=0&limit=2")).Expect(200);
        var next = (await site.Node.Client.GetAsync(
            page.Json.GetProperty("links").GetProperty("next").GetString()!["/api/v1".Length..])).Expect(200);

        Assert.Equal(["@preset/a", "m1"], page.Each("id"));
        Assert.Equal(["m2", "m3"], next.Each("id"));
        Assert.Equal(4, next.Json.GetProperty("total_count").GetInt32());
        Assert.Equal(JsonValueKind.Null, next.Json.GetProperty("links").GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Other_parameters_go_to_the_upstream_each_time()
    {
        await using var site = await ForwardingSite.StartAsync();
        site.Upstream.Script = call => call.AnswerAsync(
            call.Target.EndsWith("/models", StringComparison.Ordinal) ? $$"""{"data":[{{Gpt}}]}"""
            : call.Target.Contains("sort=wrong", StringComparison.Ordinal) ? """{"error":{"message":"no"}}"""
            : """{"data":[{"id":"found"}]}""",
            call.Target.Contains("sort=wrong", StringComparison.Ordinal) ? 400 : 200);
        (await site.Node.Client.CreateAsync("a")).Expect(200);

        for (var i = 0; i < 2; i++)
        {
            var found = (await site.Node.Client.GetAsync("/models?q=x%20y&limit=5&category=legal")).Expect(200);
            Assert.Equal(["@preset/a", "found"], found.Each("id"));
            Assert.Equal(128_000, found.Data[0].GetProperty("context_length").GetInt32());
        }

        (await site.Node.Client.GetAsync("/models?sort=wrong")).IsError(400, "invalid_parameter");
        Assert.Equal(
            ["/v1/models", "/v1/models?q=x%20y&category=legal", "/v1/models?q=x%20y&category=legal",
                "/v1/models?sort=wrong"],
            site.Upstream.Calls.Select(call => call.Target));
    }

    [Fact]
    public async Task While_the_upstream_fails_presets_are_listed_all_the_same()
    {
        await using var site = await ForwardingSite.StartAsync();
        site.Upstream.Script = call => call.AnswerAsync("{}", 500);
        (await site.Node.Client.CreateAsync("a")).Expect(200);

        Assert.Equal(["@preset/a"], (await site.Node.Client.GetAsync("/models")).Expect(200).Each("id"));
        (await site.Node.Client.GetAsync("/models?q=x")).IsError(502, "upstream_failed");
        Assert.DoesNotContain(
            site.Node.Logs.Lines, line => line.Text.Contains(ForwardingSite.UpstreamKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_anthropic_upstream_is_asked_in_its_way_and_its_rows_are_completed()
    {
        await using var site = await ForwardingSite.StartAsync(
            Engine.Sqlite, "Kind=anthropic", "Prefixes=anthropic/", "StripPrefix=true");
        site.Upstream.Script = call => call.AnswerAsync(
            """
            {"data":[{"type":"model","id":"claude-x","display_name":"Claude X","created_at":"2025-02-19T00:00:00Z",
            "max_input_tokens":200000}],"has_more":false,"first_id":"claude-x","last_id":"claude-x"}
            """);

        var row = (await site.Node.Client.GetAsync("/models")).Expect(200).Data[0];

        Assert.Equal(
            ("anthropic/claude-x", "Claude X", "Claude X", 1739923200, "2025-02-19T00:00:00Z", 200_000),
            (
                row.GetProperty("id").GetString(),
                row.GetProperty("name").GetString(),
                row.GetProperty("display_name").GetString(),
                row.GetProperty("created").GetInt64(),
                row.GetProperty("created_at").GetString(),
                row.GetProperty("max_input_tokens").GetInt32()));
        Assert.Equal("2023-06-01", site.Upstream.Last.Headers["anthropic-version"]);
        Assert.Equal(ForwardingSite.UpstreamKey, site.Upstream.Last.Headers["x-api-key"]);
        Assert.EndsWith("/v1/models?limit=1000", site.Upstream.Last.Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"m","object":"model","created":1,"owned_by":"vllm","max_model_len":4096,"parent":null}""")]
    [InlineData("""{"id":"m","created":"yesterday","max_model_len":4096,"pricing":{"input":1},"architecture":null}""")]
    [InlineData(
        """
        {"id":"m","name":null,"max_model_len":4096,"top_provider":{},"supported_parameters":null,"links":7,
        "per_request_limits":[],"default_parameters":3,"supported_voices":"x","architecture":{"modality":"text"}}
        """)]
    public async Task A_row_that_lacks_something_is_completed(string row)
    {
        await using var site = await ForwardingSite.StartAsync();
        site.Upstream.Script = call => call.AnswerAsync($"[{row}]");

        var listed = (await site.Node.Client.GetAsync("/models")).Expect(200).Data[0];

        Assert.Equal(("m", 4096), (
            listed.GetProperty("name").GetString(), listed.GetProperty("context_length").GetInt32()));
        Assert.Equal("""{"prompt":"0","completion":"0"}""", listed.GetProperty("pricing").GetRawText());
    }

    [Theory]
    [InlineData("""{"object":"list","data":null}""", 0)]
    [InlineData("""{"data":[{"name":"no id"},{"id":5},7,{"id":"m"},{"id":"m"}]}""", 1)]
    public async Task What_is_no_model_is_left_out(string answer, int count)
    {
        await using var site = await ForwardingSite.StartAsync();
        site.Upstream.Script = call => call.AnswerAsync(answer);

        Assert.Equal(count, (await site.Node.Client.GetAsync("/models")).Expect(200).Data.GetArrayLength());
    }

    [Fact]
    public async Task A_list_is_kept_for_a_minute_and_for_an_hour_while_the_upstream_fails()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedUpstream.StartAsync();
        using var upstream = new Upstream("main", new UpstreamOptions { BaseUrl = server.Url }, clock);
        var kept = new KeptModels(upstream, clock, NullLogger<KeptModels>.Instance);
        server.Script = call => call.AnswerAsync("""[{"id":"one"}]""");
        Assert.Equal("one", await IdAsync());
        server.Script = call => call.AnswerAsync("""[{"id":"two"}]""");

        clock.Advance(KeptModels.MaxAge - TimeSpan.FromTicks(1));
        Assert.Equal("one", await IdAsync());
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("two", await IdAsync());

        server.Script = call => call.AnswerAsync("{}", 503);
        clock.Advance(KeptModels.MaxStaleAge - TimeSpan.FromTicks(1));
        Assert.Equal("two", await IdAsync());
        Assert.Equal("two", await IdAsync());
        Assert.Equal(3, server.Calls.Count);
        clock.Advance(KeptModels.RetryAfter);
        Assert.Null(await IdAsync());
        Assert.Equal(4, server.Calls.Count);

        server.Script = call => call.AnswerAsync("""[{"id":"three"}]""");
        clock.Advance(KeptModels.RetryAfter);
        Assert.Equal("three", await IdAsync());

        async Task<string?> IdAsync() => (await kept.ListAsync()).SingleOrDefault()?.Id;
    }

    [Fact]
    public async Task Requests_that_come_together_share_a_call()
    {
        await using var server = await ScriptedUpstream.StartAsync();
        using var upstream = new Upstream(
            "main", new UpstreamOptions { BaseUrl = server.Url }, TimeProvider.System);
        var kept = new KeptModels(upstream, TimeProvider.System, NullLogger<KeptModels>.Instance);
        var release = new TaskCompletionSource();
        server.Script = async call =>
        {
            await release.Task;
            await call.AnswerAsync("""[{"id":"one"}]""");
        };

        var lists = Enumerable.Range(0, 20).Select(_ => kept.ListAsync()).ToArray();
        release.SetResult();

        Assert.All(await Task.WhenAll(lists), list => Assert.Equal("one", Assert.Single(list).Id));
        Assert.Single(server.Calls);
    }
}
