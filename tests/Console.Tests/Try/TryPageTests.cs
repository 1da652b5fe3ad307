using System.Text;
using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>What the try page shows without an answer, to whom, and what it refuses.</summary>
public sealed class TryPageTests(SharedTrySite shared) : IClassFixture<SharedTrySite>
{
    private TrySite Site => shared.Site;

    [BrowserTheory, Appearances]
    public async Task The_page_is_accessible_fits_and_keeps_to_its_policy(Engine engine, ColorScheme scheme, int width)
    {
        var site = await ConsoleSite.OnAsync(engine);
        await using var bare = await Browser.OpenAsync(site, scheme: scheme, width: width);
        await bare.GoToAsync(await SampleWorkspace.FillOnceAsync(site), "try?with=2");
        await CheckAsync(bare, "bare");
        await bare.Page.FillAsync("#message", "Is the 9:40 to Berlin late?");
        await bare.ClickAsync("text=Show what would be sent");
        await CheckAsync(bare, "resolved");
        var slug = await SampleWorkspace.FillOnceAsync(Site.Console);
        Site.Upstream.Script = async call =>
        {
            var text = call.Text.Contains("openai/gpt-5", StringComparison.Ordinal)
                ? "The 9:40 to Berlin is 12 minutes late and leaves from platform 4.\nI am looking for a faster one."
                : "Let me see.";
            foreach (var each in Answers.EventsOf("chat_completions", text))
                await call.SendAsync(each.Replace("look_up", "find_connection", StringComparison.Ordinal)
                    .Replace("word", "to", StringComparison.Ordinal)
                    .Replace("\\\"x\\\"", "\\\"Berlin\\\"", StringComparison.Ordinal));
        };
        await using var browser = await Browser.OpenAsync(Site.Console, scheme: scheme, width: width);
        await browser.GoToAsync(slug, "try?with=1");
        await CheckAsync(browser, "empty");
        await TryTests.SendAsync(browser, "Is the 9:40 to Berlin late?");
        await Assertions.Expect(browser.Page.Locator("#try-status")).ToContainTextAsync("v1 has answered");
        await CheckAsync(browser, "answered");

        async Task CheckAsync(Browser window, string name)
        {
            await Pictures.DrawAsync(window.Page, $"try-{name}-{width}-{scheme}");
            await window.Page.EvaluateAsync(
                "document.querySelectorAll('details').forEach(each => { each.open = true; })");
            await window.AssertAccessibleAsync();
            await window.AssertFitsAsync();
        }
    }

    [BrowserTheory, Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task Without_an_upstream_it_shows_what_would_be_sent_and_how_to_configure_one(
        Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(2);
        await site.ApiAsync(
            HttpMethod.Post,
            $"/presets/{slug}/versions",
            """
            {"config": {"model": "m", "top_a": 0.5, "tools": [{"name": "f", "input_schema": {"type": "object"}}]},
             "system_prompt": "Be {{mood}} and {{other}}.", "message": "As messages", "body": "messages"}
            """.Replace("\"top_a\": 0.5, ", "", StringComparison.Ordinal));
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug);
        await browser.ClickAsync("text=Try it");
        Assert.Contains("Upstreams__openrouter__Kind=openrouter", await browser.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await browser.Page.Locator("button[value=send]").CountAsync());

        await browser.Page.SelectOptionAsync("#with", "2");
        await browser.Page.FillAsync("[id='variable.mood']", "kind");
        await browser.Page.FillAsync("#message", "<script>alert(1)</script>");
        await browser.ClickAsync("text=Show what would be sent");

        var sides = await browser.Page.Locator("#answers .answer").AllInnerTextsAsync();
        Assert.Equal(2, sides.Count);
        Assert.Matches(@"model\s+preset\s+m\s", sides[0]);
        Assert.Matches(@"max_tokens\s+request\s+1024\s", sides[0]);
        Assert.Matches(@"system\s+preset\s+Be kind and \{\{other\}\}\.", sides[0]);
        Assert.Matches(@"Variables without a text.*other", sides[0].ReplaceLineEndings(" "));
        Assert.Matches(@"f\s+preset", sides[0]);
        Assert.Matches(@"messages\s+both\s", sides[1]);
        Assert.Contains("<script>alert(1)</script>", sides[1], StringComparison.Ordinal);
        Assert.Contains("/messages", sides[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_that_it_names_are_those_of_the_documentation()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Presets.sln")))
            folder = folder.Parent!;
        var page = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "docs/upstreams.md"));

        Assert.All(Resolution.Settings.ReplaceLineEndings("\n").Split("\n\n"), group =>
            Assert.Contains(group, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("read"), InlineData("inference"), InlineData(null)]
    public async Task Keys_that_may_not_read_or_make_inference_do_not_try(string? scope)
    {
        var slug = await Site.NewPresetAsync();
        var key = scope is null ? Site.Console.ManagementKey : await Site.Console.NewKeyAsync(scope);
        using var visitor = await Visitor.SignedInAsync(Site.Console, key);
        var calls = Site.Upstream.Calls.Count;
        var list = await visitor.GetAsync("/console/activity");
        var form = list.Form(("message", "Hello"), ("do", "send"));

        var page = await visitor.GetAsync($"/console/presets/{slug}/try");
        var sent = await visitor.PostAsync($"/console/presets/{slug}/try", form);
        var streamed = await visitor.PostAsync($"/console/presets/{slug}/try/stream", form);

        Assert.Equal((403, 403, 403), (page.Status, sent.Status, streamed.Status));
        Assert.Contains(
            scope is null ? "needs an ordinary key" : "lacks the scope", page.Html, StringComparison.Ordinal);
        Assert.Equal(calls, Site.Upstream.Calls.Count);
        if (scope != "inference")
        {
            var preset = await visitor.GetAsync($"/console/presets/{slug}");
            Assert.DoesNotContain("/try", preset.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_stream_is_asked_for_by_a_page_of_the_session_alone_and_is_no_page_itself()
    {
        var slug = await Site.NewPresetAsync();
        using var visitor = await Visitor.SignedInAsync(Site.Console);
        var page = await visitor.GetAsync($"/console/presets/{slug}/try");
        var path = $"/console/presets/{slug}/try/stream";
        var form = page.Form(("message", "Hello"), ("version", "1"));
        Site.Upstream.Script = call =>
        {
            call.Context.Response.ContentType = "text/html";
            call.Context.Response.Headers.CacheControl = "public, max-age=60";
            return call.SendAsync("<script>alert(1)</script>");
        };
        var calls = Site.Upstream.Calls.Count;

        var foreign = await visitor.PostAsync(path, form, ("Origin", "https://evil.example"));
        var forged = await visitor.PostAsync(path, page.Form(("message", "Hello"), ("token", "x")));
        var empty = await visitor.PostAsync(path, page.Form(("message", "")));
        using var nobody = new Visitor(Site.Console.Url);
        var unknown = await nobody.PostAsync(path, form);
        Assert.Equal(
            (403, 403, 400, 401), (foreign.Status, forged.Status, empty.Status, unknown.Status));
        Assert.All(
            [foreign, forged, empty, unknown],
            answer => Assert.StartsWith("{\"error\":", answer.Html, StringComparison.Ordinal));
        Assert.Equal(calls, Site.Upstream.Calls.Count);

        var answer = await visitor.PostAsync(path, form);
        Assert.Equal(
            ("no-store", "nosniff", "default-src 'none'; frame-ancestors 'none'; sandbox", $"{slug}:1"),
            (answer.Headers["Cache-Control"], answer.Headers["X-Content-Type-Options"],
                answer.Headers["Content-Security-Policy"], answer.Headers["X-Preset"]));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_for_the_page_is_not_waited_for()
    {
        var slug = await Site.NewPresetAsync();
        using var visitor = await Visitor.SignedInAsync(Site.Console);
        var page = await visitor.GetAsync($"/console/presets/{slug}/try");
        var part = new string(' ', 1 << 20);
        var left = new TaskCompletionSource();
        Site.Upstream.Script = async call =>
        {
            call.Context.Response.ContentType = "application/json";
            while (!call.Left.IsCompleted)
                await call.SendAsync(part);
            left.SetResult();
        };

        var answer = await visitor.PostAsync(
            $"/console/presets/{slug}/try", page.Form(("message", "Hello"), ("do", "send")));

        Assert.Contains("The answer is too large for this page.", answer.Html, StringComparison.Ordinal);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("[1]", null), InlineData("{\"choices\": 3}", null), InlineData("{\"choices\": [null]}", null)]
    [InlineData("{\"choices\": [{\"message\": {\"content\": [7]}}], \"usage\": \"x\"}", null)]
    [InlineData("Not JSON", "The upstream's answer, of the status 200, cannot be read as JSON.")]
    [InlineData(
        "{\"choices\": [{\"message\": {\"content\": \"\\ud83d\"}}]}",
        "The upstream's answer, of the status 200, cannot be read as JSON.")]
    [InlineData("{\"error\": \"Out of memory\"}", "Out of memory")]
    public void An_answer_that_is_not_as_expected_is_shown_as_it_came(string body, string? error)
    {
        foreach (var kind in Enum.GetValues<BodyKind>())
        {
            if (kind == BodyKind.ChatCompletions || error is null)
            {
                var answer = TryAnswer.Of(kind, 200, TimeSpan.Zero, Encoding.UTF8.GetBytes(body));
                Assert.Equal((error, null), (answer.Error, answer.Text));
                Assert.NotEmpty(answer.Raw);
            }
        }
    }
}
