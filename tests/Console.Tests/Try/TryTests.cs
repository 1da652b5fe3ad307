using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>Requests from the try page, with scripts and without.</summary>
public sealed class TryTests(SharedTrySite shared) : IClassFixture<SharedTrySite>
{
    private const string Hostile = "<script>alert(1)</script> & مرحبا 🚆";

    private TrySite Site => shared.Site;

    private ScriptedUpstream Upstream => shared.Site.Upstream;

    public static TheoryData<string, bool> Dialects => new()
    {
        { "chat_completions", true }, { "messages", true }, { "responses", true },
        { "chat_completions", false }, { "messages", false }, { "responses", false },
    };

    [BrowserTheory, MemberData(nameof(Dialects))]
    public async Task An_answer_is_readable_in_each_dialect_and_only_text(string body, bool scripts)
    {
        var slug = await Site.NewPresetAsync(body);
        await using var browser = await Site.OpenAsync(slug, scripts);
        Upstream.Script = call => scripts ? StreamAsync(call, body, Hostile) : call.AnswerAsync(
            Answers.WholeOf(body, Hostile), 200, ("X-Request-Id", "1"));

        await SendAsync(browser, "Hello <b>you</b>");

        await ExpectAsync(browser, "text", Hostile);
        await ExpectAsync(browser, "finish", "tool_calls");
        await ExpectAsync(browser, "input", "12");
        await ExpectAsync(browser, "output", "34");
        Assert.Matches(@"^\d+\.\d\d s$", await browser.Page.InnerTextAsync("#answers [data-part=total]"));
        Assert.StartsWith(
            "look_up", await browser.Page.InnerTextAsync("#answers .tool summary"), StringComparison.Ordinal);
        Assert.Equal(
            "x",
            JsonDocument.Parse(await browser.Page.InnerTextAsync("#answers .tool pre")).RootElement
                .GetProperty("word").GetString());
        // axe is a script.
        if (scripts)
            await browser.AssertAccessibleAsync();
    }

    [BrowserTheory, MemberData(nameof(Dialects))]
    public async Task What_is_sent_has_the_preset_and_nothing_of_the_browser(string body, bool scripts)
    {
        var slug = await Site.NewPresetAsync(body, versions: 2);
        await using var browser = await Site.OpenAsync(slug, scripts, "?version=1");
        Upstream.Script = call => call.AnswerAsync(Answers.WholeOf(body, "Hi."));
        await browser.Page.FillAsync("[id='variable.topic']", "trains \"and\" {{language}}");
        await browser.Page.FillAsync("#model", "openai/other");

        await SendAsync(browser, "One\nTwo");

        await ExpectAsync(browser, "text", "Hi.");
        var call = Upstream.Last;
        var sent = JsonDocument.Parse(call.Text).RootElement;
        Assert.Equal("/v1/" + (body == "chat_completions" ? "chat/completions" : body), call.Target);
        Assert.Equal("openai/other", sent.GetProperty("model").GetString());
        Assert.Equal(0.1, sent.GetProperty("temperature").GetDouble());
        Assert.Equal(scripts, sent.TryGetProperty("stream", out var stream) && stream.GetBoolean());
        var texts = sent.GetRawText().Replace(@"\u0022", "\\\"", StringComparison.Ordinal);
        Assert.Contains(
            "Version 1 speaks of trains \\\"and\\\" {{language}} in {{language}}.", texts, StringComparison.Ordinal);
        Assert.Contains("\"One\\nTwo\"", texts, StringComparison.Ordinal);
        Assert.Equal(
            new[] { "Authorization", "Content-Length", "Content-Type", "Host", "User-Agent" }
                .Concat(body == "messages" ? ["anthropic-version"] : []).Order(),
            call.Headers.Keys.Where(name => name != "traceparent").Order());
        Assert.Equal("Bearer " + TrySite.UpstreamKey, call.Headers["Authorization"]);
        Assert.Contains(
            "language", await browser.Page.InnerTextAsync("[data-part=unfilled]"), StringComparison.Ordinal);
        Assert.DoesNotContain(TrySite.UpstreamKey, await browser.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(Site.Console.Key, await browser.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory, MemberData(nameof(Scripts))]
    public async Task Two_versions_answer_side_by_side_and_count_as_use(bool scripts)
    {
        var slug = await Site.NewPresetAsync(versions: 2);
        await using var browser = await Site.OpenAsync(slug, scripts);
        Upstream.Script = call => call.AnswerAsync(Answers.WholeOf("chat_completions", "I am " + ModelOf(call)));
        await browser.Page.SelectOptionAsync("#with", "1");

        await SendAsync(browser, "Who are you?");

        await Assertions.Expect(browser.Page.Locator("#answers [data-part=text]"))
            .ToHaveTextAsync(["I am openai/gpt-2", "I am openai/gpt-1"]);
        Assert.Equal(
            ["v2 · designated", "v1"],
            await browser.Page.Locator("#answers [data-part=title]").AllInnerTextsAsync());
        var usage = await Site.Console.ApiAsync(HttpMethod.Get, $"/presets/{slug}/usage");
        Assert.Equal(
            [(2, 1), (1, 1)],
            usage.GetProperty("data").GetProperty("entries").EnumerateArray().Select(
                entry => (entry.GetProperty("version").GetInt32(), entry.GetProperty("success").GetInt32())));
    }

    [BrowserFact]
    public async Task Both_answers_are_seen_before_their_end_and_the_choice_is_in_the_address()
    {
        var slug = await Site.NewPresetAsync(versions: 2);
        await using var browser = await Site.OpenAsync(slug);
        var mayGoOn = new TaskCompletionSource();
        Upstream.Script = async call =>
        {
            await call.SendAsync(Delta("I am "));
            await mayGoOn.Task;
            await call.SendAsync(Delta(ModelOf(call)));
        };
        await browser.Page.SelectOptionAsync("#with", "1");
        await Assertions.Expect(browser.Page).ToHaveURLAsync(new Regex("with=1$"));

        await SendAsync(browser, "Who are you?");

        var texts = browser.Page.Locator("#answers [data-part=text]");
        await Assertions.Expect(texts).ToHaveTextAsync(["I am ", "I am "]);
        await Pictures.DrawAsync(browser.Page, "try-streaming");
        await Assertions.Expect(browser.Page.Locator("#answers [data-part=state]"))
            .ToHaveTextAsync(["200 · streaming", "200 · streaming"]);
        Assert.Equal("stop", await browser.Page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Matches(@"\d s$", await browser.Page.Locator("#answers [data-part=first]").First.InnerTextAsync());
        mayGoOn.SetResult();
        await Assertions.Expect(texts).ToHaveTextAsync(["I am openai/gpt-2", "I am openai/gpt-1"]);
        await Assertions.Expect(browser.Page.Locator("#try-status"))
            .ToHaveTextAsync("v2 · designated has answered. v1 has answered.");
        Assert.Equal("send", await browser.Page.EvaluateAsync<string>("document.activeElement.value"));
    }

    [BrowserFact]
    public async Task Stop_cancels_the_call_of_the_upstream()
    {
        var slug = await Site.NewPresetAsync();
        await using var browser = await Site.OpenAsync(slug);
        var called = new TaskCompletionSource<UpstreamCall>();
        Upstream.Script = async call =>
        {
            await call.SendAsync(Delta("Once upon"));
            called.SetResult(call);
            await call.Left;
        };

        await SendAsync(browser, "Tell me a story");
        await ExpectAsync(browser, "text", "Once upon");
        await browser.Page.ClickAsync("#stop");

        await (await called.Task).Left.WaitAsync(TimeSpan.FromSeconds(30));
        await ExpectAsync(browser, "state", "stopped");
        await Assertions.Expect(browser.Page.Locator("#answers [data-part=error]")).ToBeHiddenAsync();
    }

    [BrowserTheory, MemberData(nameof(Scripts))]
    public async Task A_version_and_a_variable_that_are_chosen_keep_what_was_typed(bool scripts)
    {
        var slug = await Site.NewPresetAsync();
        await Site.Console.ApiAsync(
            HttpMethod.Post,
            $"/presets/{slug}/versions",
            """{"config": {"model": "openai/m"}, "system_prompt": "Of {{topic}} and {{mood}}."}""");
        await using var browser = await Site.OpenAsync(slug, scripts);
        await browser.Page.FillAsync("[id='variable.topic']", "ships");
        await browser.Page.FillAsync("#message", "Hello");

        await browser.Page.SelectOptionAsync("#with", "1");
        if (!scripts)
            await browser.ClickAsync("text=Take these versions");

        await Assertions.Expect(browser.Page.Locator("#variables label"))
            .ToHaveTextAsync(["topic", "mood", "language"]);
        Assert.Equal("ships", await browser.Page.InputValueAsync("[id='variable.topic']"));
        Assert.Equal("Hello", await browser.Page.InputValueAsync("#message"));
    }

    [BrowserFact]
    public async Task Without_the_modules_of_its_script_the_answer_comes_when_it_is_whole()
    {
        var slug = await Site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(Site.Console);
        await browser.Page.RouteAsync("**/assets/dialects.js*", route => route.FulfillAsync(new() { Status = 503 }));
        await browser.GoToAsync(slug, "try");
        Upstream.Script = call => call.AnswerAsync(Answers.WholeOf("chat_completions", "Whole"));

        await SendAsync(browser, "Hello");

        await ExpectAsync(browser, "text", "Whole");
        await Assertions.Expect(browser.Page.Locator("button[value=send]")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task The_version_that_was_chosen_last_says_which_variables_there_are()
    {
        var slug = await Site.NewPresetAsync();
        await Site.Console.ApiAsync(
            HttpMethod.Post,
            $"/presets/{slug}/versions",
            """{"config": {"model": "openai/m"}, "system_prompt": "Of {{topic}} and {{mood}}."}""");
        await using var browser = await Site.OpenAsync(slug);
        var status = browser.Page.Locator("#try-status");
        var asked = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        browser.Page.RequestFailed += (_, request) => left.TrySetResult();
        await browser.Page.RouteAsync(new Regex(@"/try\?.*with=1$"), _ => asked.SetResult());

        await browser.Page.SelectOptionAsync("#with", "1");
        await asked.Task;
        await browser.Page.RouteAsync(new Regex(@"/try\?"), route => route.FulfillAsync(new() { Status = 503 }));
        await browser.Page.SelectOptionAsync("#with", "");
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Assertions.Expect(status).ToContainTextAsync("could not be loaded");
        await browser.Page.UnrouteAllAsync();
        await browser.Page.SelectOptionAsync("#version", "1");

        await Assertions.Expect(browser.Page.Locator("#variables label")).ToHaveTextAsync(["topic", "language"]);
        await Assertions.Expect(status).ToBeEmptyAsync();
    }

    public static TheoryData<bool> Scripts => [true, false];

    private static string Delta(string text) =>
        $"data: {{\"choices\": [{{\"delta\": {{\"content\": {JsonSerializer.Serialize(text)}}}}}]}}\n\n";

    private static string ModelOf(UpstreamCall call) =>
        JsonDocument.Parse(call.Text).RootElement.GetProperty("model").GetString()!;

    private static async Task StreamAsync(UpstreamCall call, string body, string text)
    {
        foreach (var each in Answers.EventsOf(body, text))
            await call.SendAsync(each);
    }

    internal static async Task SendAsync(Browser browser, string message)
    {
        await browser.Page.FillAsync("#message", message);
        await browser.Page.FocusAsync("button[value=send]");
        await browser.Page.Keyboard.PressAsync("Enter");
    }

    internal static Task ExpectAsync(Browser browser, string part, string text) =>
        Assertions.Expect(browser.Page.Locator($"#answers [data-part={part}]")).ToHaveTextAsync(text);
}
