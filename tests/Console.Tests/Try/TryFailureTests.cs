using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>What the try page says when it gets no answer.</summary>
public sealed class TryFailureTests(SharedTrySite shared) : IClassFixture<SharedTrySite>
{
    private const string Half = "data: {\"choices\": [{\"delta\": {\"content\": \"Hal\"}}]}\n\n";

    private TrySite Site => shared.Site;

    private ScriptedUpstream Upstream => shared.Site.Upstream;

    public static TheoryData<bool> Scripts => [true, false];

    [BrowserTheory, MemberData(nameof(Scripts))]
    public async Task An_error_of_the_upstream_is_shown_as_the_API_tells_it(bool scripts)
    {
        var slug = await Site.NewPresetAsync();
        await using var browser = await Site.OpenAsync(slug, scripts);

        Upstream.Script = call => call.AnswerAsync("""{"error": {"message": "Slow <b>down</b>"}}""", 429);
        await TryTests.SendAsync(browser, "Hello");
        await ExpectErrorAsync(browser, "Slow <b>down</b>");
        await TryTests.ExpectAsync(browser, "state", "429");

        Upstream.Script = call => call.AnswerAsync("""{"error": {"message": "sk-upstream-71c0 is wrong"}}""", 401);
        await TryTests.SendAsync(browser, "Hello");
        await ExpectErrorAsync(browser, "The upstream refused the key that this service is configured with.");
        Assert.DoesNotContain(TrySite.UpstreamKey, await browser.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal("Hello", await browser.Page.InputValueAsync("#message"));

        Upstream.Script = call =>
        {
            call.Reset();
            return Task.CompletedTask;
        };
        await TryTests.SendAsync(browser, "Hello");
        await ExpectErrorAsync(browser, "The upstream could not be reached, or failed before it answered.");
        await Pictures.DrawAsync(browser.Page, $"try-error-{scripts}");
        // axe is a script.
        if (scripts)
            await browser.AssertAccessibleAsync();
    }

    [BrowserTheory]
    [InlineData(true, Half, "The upstream broke off"), InlineData(true, Half + "data: {", "The connection broke off")]
    [InlineData(false, "{\"choices\": [", "The upstream could not be reached, or failed")]
    public async Task An_answer_that_breaks_off_keeps_what_came_and_says_so(bool scripts, string part, string message)
    {
        var slug = await Site.NewPresetAsync();
        await using var browser = await Site.OpenAsync(slug, scripts);
        var mayBreak = new TaskCompletionSource();
        Upstream.Script = async call =>
        {
            call.Context.Response.ContentType = scripts ? "text/event-stream" : "application/json";
            await call.SendAsync(part);
            await mayBreak.Task;
            call.Reset();
        };

        var called = Upstream.NextAsync();
        await browser.Page.FillAsync("#message", "Hello");
        var clicked = browser.Page.ClickAsync("button[value=send]");
        await called;
        if (scripts)
            await TryTests.ExpectAsync(browser, "text", "Hal");
        mayBreak.SetResult();
        await clicked;

        await Assertions.Expect(browser.Page.Locator("#answers [data-part=error]")).ToContainTextAsync(message);
        if (scripts)
            await TryTests.ExpectAsync(browser, "text", "Hal");
    }

    [BrowserTheory, MemberData(nameof(Scripts))]
    public async Task An_upstream_that_is_late_and_a_model_that_nobody_serves_are_told(bool scripts)
    {
        await using var site = await TrySite.StartAsync(Engine.Sqlite, "FirstByteTimeout=0.2");
        var slug = await site.NewPresetAsync();
        await using var browser = await site.OpenAsync(slug, scripts);
        site.Upstream.Script = call => call.Left;

        await TryTests.SendAsync(browser, "Hello");
        await ExpectErrorAsync(browser, "The upstream did not answer in time.");
        await TryTests.ExpectAsync(browser, "state", "504");

        await browser.Page.FillAsync("#model", "nobody/serves-it");
        await TryTests.SendAsync(browser, "Hello");
        await Assertions.Expect(browser.Page.Locator(".upstreams")).ToContainTextAsync(
            "No upstream takes chat_completions requests for this model.");
        Assert.Contains("nobody/serves-it", await browser.Page.InnerTextAsync("#answers"), StringComparison.Ordinal);
        Assert.Equal("Hello", await browser.Page.InputValueAsync("#message"));
    }

    [BrowserTheory, MemberData(nameof(Scripts))]
    public async Task A_locked_model_and_a_reference_for_a_model_are_refused_in_words_of_the_API(bool scripts)
    {
        var slug = await Site.NewPresetAsync();
        await Site.Console.ApiAsync(HttpMethod.Patch, $"/presets/{slug}", """{"locked": ["model"]}""");
        await using var browser = await Site.OpenAsync(slug, scripts);
        var calls = Upstream.Calls.Count;

        await browser.Page.FillAsync("#model", "openai/other");
        await TryTests.SendAsync(browser, "Hello");
        await ExpectErrorAsync(browser, $"model is locked by the preset \"{slug}\".");
        await browser.Page.FillAsync("#model", "@preset/other");
        await TryTests.SendAsync(browser, "Hello");
        await Assertions.Expect(browser.Page.Locator("#answers [data-part=error]"))
            .ToContainTextAsync("is a second reference to a preset");

        Assert.Equal(calls, Upstream.Calls.Count);
    }

    [BrowserTheory, MemberData(nameof(Scripts))]
    public async Task A_session_that_ends_keeps_what_was_typed(bool scripts)
    {
        await using var site = await TrySite.StartAsync(Engine.Sqlite);
        var slug = await site.NewPresetAsync(versions: 2);
        await using var browser = await site.OpenAsync(slug, scripts, "?version=1&with=2");
        await browser.Page.FillAsync("[id='variable.topic']", "\"ships\"");
        await site.Console.EndSessionsAsync();

        await TryTests.SendAsync(browser, "Typed for\nlong");
        if (scripts)
        {
            await Assertions.Expect(browser.Page.Locator("#ended")).ToContainTextAsync("Your session has ended.");
            await browser.AssertAccessibleAsync();
            await browser.ClickAsync("text=Sign in");
        }

        await browser.Page.FillAsync("#key", site.Console.Key);
        await browser.ClickAsync("main button:text('Sign in')");

        Assert.Equal("Typed for\nlong", await browser.Page.InputValueAsync("#message"));
        Assert.Equal("\"ships\"", await browser.Page.InputValueAsync("[id='variable.topic']"));
        Assert.Equal(
            ("1", "2"), (await browser.Page.InputValueAsync("#version"), await browser.Page.InputValueAsync("#with")));
        Assert.Empty(site.Upstream.Calls);
        await TryTests.SendAsync(browser, "Again");
        await Assertions.Expect(browser.Page.Locator("#answers [data-part=state]")).ToHaveTextAsync(["200", "200"]);
        Assert.Equal(2, site.Upstream.Calls.Count);
    }

    private static Task ExpectErrorAsync(Browser browser, string message) =>
        TryTests.ExpectAsync(browser, "error", message);
}
