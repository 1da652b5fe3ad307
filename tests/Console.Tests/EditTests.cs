using System.Text.Json;
using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>Making versions and presets, with and without scripts.</summary>
public sealed class EditTests
{
    private const string Primary = "main form button.primary";

    [BrowserTheory]
    [Sqlite(true, true), Sqlite(true, false), Sqlite(false, true), Sqlite(false, false)]
    [Postgres(true, true), Postgres(false, false)]
    public async Task A_version_is_announced_before_it_is_stored(Engine engine, bool scripts, bool designates)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(site, scripts);

        await browser.GoToAsync(slug);
        await browser.ClickAsync("text=New version …");
        await TypeConfigAsync(browser, """{"model": "openai/gpt-5", "temperature": 0.30}""");
        await browser.Page.FillAsync("#prompt", "You are terse, version four.\n");
        await browser.Page.CheckAsync($"input[name=designate][value={(designates ? "true" : "false")}]");
        await browser.Page.FillAsync("#label", "staging");
        await browser.Page.FillAsync("#message", "As agreed");
        await browser.ClickAsync(Primary);

        var announced = await browser.Page.InnerTextAsync(".announcement");
        Assert.Contains(
            designates ? "Store as version 4 and designate it" : "Store as version 4, without designating it",
            announced,
            StringComparison.Ordinal);
        Assert.Matches(@"staging:?\s+none", announced);
        Assert.Equal(designates, announced.Contains("designated", StringComparison.Ordinal));
        Assert.Equal("four", string.Concat(await browser.Page.Locator("ins").AllInnerTextsAsync()));
        Assert.Equal(3, await LatestAsync(site, slug));
        // Nothing was announced before.
        Assert.DoesNotContain("changed something since", await browser.TextAsync(), StringComparison.Ordinal);
        await browser.ClickAsync(Primary);

        Assert.Contains("v4 created", await browser.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("Version 4", await browser.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(designates ? 4 : 3, await site.DesignatedAsync(slug));
        var version = await VersionAsync(site, slug, "4");
        Assert.Equal("""{"model":"openai/gpt-5","temperature":0.30}""", version.GetProperty("config").GetRawText());
        Assert.Equal("You are terse, version four.\n", version.GetProperty("system_prompt").GetString());
        Assert.Equal("chat_completions", version.GetProperty("body").GetString());
        Assert.Equal("As agreed", version.GetProperty("message").GetString());
        Assert.Equal("staging", version.GetProperty("labels")[0].GetString());
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task An_old_version_is_rolled_forward(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(site, scripts);

        await browser.GoToAsync(slug, "versions/1");
        await browser.ClickAsync("text=Roll forward");
        Assert.Contains(
            "Store as version 4 and designate it",
            await browser.Page.InnerTextAsync(".announcement"),
            StringComparison.Ordinal);
        await browser.ClickAsync(Primary);

        var (first, last) = (await VersionAsync(site, slug, "1"), await VersionAsync(site, slug, "designated"));
        Assert.Equal(4, last.GetProperty("version").GetInt32());
        Assert.True(JsonElement.DeepEquals(first.GetProperty("config"), last.GetProperty("config")));
        Assert.Equal(first.GetProperty("system_prompt").GetString(), last.GetProperty("system_prompt").GetString());
        await browser.GoToAsync(slug, "history");
        Assert.Equal(3, await browser.Page.Locator("text=Roll forward").CountAsync());
        await browser.GoToAsync(slug, "compare?from=2&to=4");
        await browser.ClickAsync("text=Roll forward v2");
        Assert.Contains("starting from v2", await browser.TextAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory, Sqlite]
    public async Task What_is_typed_after_the_announcement_is_announced_again(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site);
        await browser.GoToAsync(slug, "edit");
        await TypeConfigAsync(browser, """{"model": "a"}""");
        await browser.ClickAsync(Primary);

        await TypeConfigAsync(browser, """{"model": "b"}""");
        await browser.ClickAsync(Primary);

        Assert.Contains("You changed something since", await browser.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await LatestAsync(site, slug));
        Assert.Matches("gpt-1.*b", await OnOneLineAsync(browser, ".comparison .changes"));
        await browser.ClickAsync(Primary);
        Assert.Equal(
            """{"model":"b"}""", (await VersionAsync(site, slug, "2")).GetProperty("config").GetRawText());
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(true)]
    public async Task A_preset_is_created(Engine engine, bool scripts)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await using var browser = await Browser.OpenAsync(site, scripts);

        await browser.ClickAsync("text=New preset …");
        await browser.Page.FillAsync("#slug", "new");
        await browser.Page.SelectOptionAsync("#body", "messages");
        await TypeConfigAsync(browser, """{"model": "anthropic/claude-sonnet-4.5", "max_tokens": 1024}""");
        await browser.Page.FillAsync("#prompt", "أهلا 🚆 <script>alert(1)</script>");
        await browser.Page.FillAsync("#label", "production");
        await browser.ClickAsync(Primary);
        Assert.Contains(
            "Create preset new with version 1",
            await browser.Page.InnerTextAsync(".announcement"),
            StringComparison.Ordinal);
        Assert.Equal(
            0, (await site.ApiAsync(HttpMethod.Get, "/presets")).GetProperty("total_count").GetInt32());
        await browser.ClickAsync(Primary);

        var preset = await site.PresetAsync("new");
        Assert.EndsWith("/console/presets/new?done=1", browser.Page.Url, StringComparison.Ordinal);
        Assert.Equal("""{"production":1}""", preset.GetProperty("labels").GetRawText());
        var version = preset.GetProperty("designated_version");
        Assert.Equal("messages", version.GetProperty("body").GetString());
        Assert.Equal("أهلا 🚆 <script>alert(1)</script>", version.GetProperty("system_prompt").GetString());
        Assert.Equal(
            "أهلا 🚆 <script>alert(1)</script>", await browser.Page.InnerTextAsync(".prompt"));
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task A_preset_that_is_there_is_not_overwritten(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = ConsoleSite.NewSlug();
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.Page.GotoAsync("/console/new-preset");
        await browser.Page.FillAsync("#slug", slug);
        await browser.Page.FillAsync("#prompt", "Mine");
        await browser.ClickAsync(Primary);

        await site.NewPresetAsync(1, slug);
        await browser.ClickAsync(Primary);

        Assert.Contains($"There is a preset {slug} already", await AlertAsync(browser), StringComparison.Ordinal);
        Assert.Equal("Mine", await browser.Page.InputValueAsync("#prompt"));
        Assert.Equal(1, await LatestAsync(site, slug));
        await browser.ClickAsync(".alert a");
        Assert.EndsWith($"/console/presets/{slug}", browser.Page.Url, StringComparison.Ordinal);
        await browser.Page.GotoAsync("/console/new-preset?slug=not%20valid");
        Assert.Contains("A slug has 1 to 128", await AlertAsync(browser), StringComparison.Ordinal);
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false)]
    public async Task What_is_wrong_is_said_beside_the_editor_and_stays_typed(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug, "edit");

        await TypeConfigAsync(browser, """{"model": "m", "temperature": }""");
        await browser.ClickAsync(Primary);
        Assert.Contains("Line 1, column 31: ", await FaultsAsync(browser), StringComparison.Ordinal);
        Assert.Equal("""{"model": "m", "temperature": }""", await browser.Page.InputValueAsync("#config"));

        await TypeConfigAsync(browser, """{"model": "m", "temperature": 3, "thinking": {}}""");
        await browser.ClickAsync(Primary);
        Assert.Contains(
            "config.temperature must be a number from 0 to 2.", await AlertAsync(browser), StringComparison.Ordinal);
        var faults = await FaultsAsync(browser);
        Assert.Contains("Line 1, column 16: config.temperature must be", faults, StringComparison.Ordinal);
        Assert.Contains("config.thinking is no field of a chat_completions", faults, StringComparison.Ordinal);
        Assert.Equal(1, await LatestAsync(site, slug));
        if (scripts)
            await browser.AssertAccessibleAsync();
    }

    [BrowserTheory, Sqlite]
    public async Task Faults_are_shown_while_one_types_and_go_when_they_are_mended(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site);
        await browser.GoToAsync(slug, "edit");

        await TypeConfigAsync(browser, """{"model": 1}""");
        await browser.Page.Locator(".faults li", new() { HasText = "config.model must be a string." }).WaitForAsync();
        await browser.Page.Locator(".cm-lint-marker-error").WaitForAsync();
        await browser.AssertAccessibleAsync();
        await TypeConfigAsync(browser, """{"model": "m"}""");
        await browser.Page.Locator(".faults:empty").WaitForAsync(new() { State = WaitForSelectorState.Attached });

        // A text that cannot be checked keeps no faults of another one.
        await TypeConfigAsync(browser, """{"model": 2}""");
        await browser.Page.Locator(".faults li").WaitForAsync();
        await browser.Page.RouteAsync("**/check-config", route => route.FulfillAsync(new() { Status = 503 }));
        await TypeConfigAsync(browser, """{"model": "n"}""");
        await browser.Page.Locator(".faults:empty").WaitForAsync(new() { State = WaitForSelectorState.Attached });

        // The kind of request says which fields there are.
        await browser.Page.UnrouteAllAsync();
        await browser.Page.GotoAsync("/console/new-preset");
        await TypeConfigAsync(browser, """{"model": "m", "thinking": {"type": "enabled"}}""");
        await browser.Page.Locator(".faults li", new() { HasText = "config.thinking is no field" }).WaitForAsync();
        await browser.Page.SelectOptionAsync("#body", "messages");
        await browser.Page.Locator(".faults:empty").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task Nothing_is_stored_when_nothing_changed(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = ConsoleSite.NewSlug();
        await site.ApiAsync(
            HttpMethod.Post,
            $"/presets/{slug}/versions",
            """{"config": {"model": "caf\u00e9", "top_p": 0.50, "stop": ["\n"]}, "system_prompt": "One\r\ntwo\r\n"}""");
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug, "edit");

        await browser.ClickAsync(Primary);
        Assert.Contains("version 1 holds exactly this", await browser.TextAsync(), StringComparison.Ordinal);
        await TypeConfigAsync(browser, """{ "model":"café", "top_p":0.50, "stop": ["\u000a"] }""");
        await browser.ClickAsync(Primary);
        Assert.Contains("version 1 holds exactly this", await browser.TextAsync(), StringComparison.Ordinal);

        await browser.Page.FillAsync("#prompt", "One\ntwo\nthree\n");
        await browser.ClickAsync(Primary);
        await browser.ClickAsync(Primary);
        var version = await VersionAsync(site, slug, "latest");
        Assert.Equal(
            (2, "One\r\ntwo\r\nthree\r\n"),
            (version.GetProperty("version").GetInt32(), version.GetProperty("system_prompt").GetString()));
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(true)]
    public async Task Who_is_second_keeps_what_was_typed_and_sees_the_difference_to_the_new_state(
        Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug, "edit");
        await TypeConfigAsync(browser, """{"model": "mine"}""");
        await browser.Page.FillAsync("#prompt", "Mine.");
        await browser.ClickAsync(Primary);

        await site.ApiAsync(
            HttpMethod.Post,
            $"/presets/{slug}/versions",
            """{"config": {"model": "theirs"}, "system_prompt": "Theirs.", "message": "First come"}""");
        await browser.ClickAsync(Primary);

        Assert.Equal(2, await LatestAsync(site, slug));
        Assert.Contains("First come", await browser.Page.InnerTextAsync(".warn"), StringComparison.Ordinal);
        Assert.Equal("""{"model": "mine"}""", await browser.Page.InputValueAsync("#config"));
        Assert.Contains(
            "Store as version 3 and designate it",
            await browser.Page.InnerTextAsync(".announcement"),
            StringComparison.Ordinal);
        Assert.Matches("theirs.*mine", await OnOneLineAsync(browser, ".comparison .changes"));
        Assert.Matches("Theirs.*Mine", await OnOneLineAsync(browser, ".comparison .words"));
        await browser.ClickAsync(Primary);
        Assert.Equal(3, await site.DesignatedAsync(slug));
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task A_large_form_whose_session_ended_is_filled_in_again_after_signing_in(Engine engine, bool scripts)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug, "edit");
        var config = LargeConfig();
        await PasteConfigAsync(browser, config);
        await browser.Page.FillAsync("#prompt", "\"quoted\"\nand \u202Eعربي 🚆");
        await browser.Page.CheckAsync("input[name=designate][value=false]");
        await browser.ClickAsync(Primary);

        await site.EndSessionsAsync();
        await browser.ClickAsync(Primary);
        Assert.Contains("Your session has ended", await browser.TextAsync(), StringComparison.Ordinal);
        await browser.Page.FillAsync("#key", site.Key);
        await browser.ClickAsync("main button:text('Sign in')");

        Assert.Equal(1, await LatestAsync(site, slug));
        Assert.Equal(config, await browser.Page.InputValueAsync("#config"));
        Assert.Equal("\"quoted\"\nand \u202Eعربي 🚆", await browser.Page.InputValueAsync("#prompt"));
        Assert.False(await browser.Page.IsCheckedAsync("input[name=designate][value=true]"));
        await browser.ClickAsync(Primary);
        var version = await VersionAsync(site, slug, "2");
        Assert.Equal(config, version.GetProperty("config").GetRawText());
        Assert.Equal(1, await site.DesignatedAsync(slug));

        // It is laid out over lines, which makes it larger, and still fits into the form.
        await browser.GoToAsync(slug, "edit?version=2");
        await browser.ClickAsync(Primary);
        Assert.Equal(3, await site.DesignatedAsync(slug));
        version = await VersionAsync(site, slug, "3");
        Assert.Equal(config, version.GetProperty("config").GetRawText());
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false)]
    public async Task What_is_too_large_for_the_API_is_refused_and_stays_typed(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug, "edit");
        var config = LargeConfig(tools: 1_100);

        await PasteConfigAsync(browser, config);
        await browser.ClickAsync(Primary);

        Assert.Contains(
            "The body may have at most 1048576 bytes.", await AlertAsync(browser), StringComparison.Ordinal);
        Assert.Equal(config.Length, (await browser.Page.InputValueAsync("#config")).Length);
    }

    [BrowserTheory, Sqlite]
    public async Task The_keyboard_alone_edits_and_stores(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site);
        await browser.GoToAsync(slug, "edit");
        var keyboard = browser.Page.Keyboard;

        await browser.Page.Locator(".cm-content").FocusAsync();
        await keyboard.PressAsync("Control+a");
        await keyboard.InsertTextAsync("""{"model": "keys"}""");
        await keyboard.PressAsync("Control+z");
        await keyboard.PressAsync("Control+Shift+z");
        await keyboard.PressAsync("Control+f");
        Assert.True(await browser.Page.IsVisibleAsync(".cm-search"));
        await browser.AssertAccessibleAsync();
        await keyboard.PressAsync("Escape");
        await keyboard.PressAsync("Tab");
        Assert.Equal("prompt", await FocusedAsync());
        await keyboard.PressAsync("Shift+Tab");
        await keyboard.PressAsync("Tab");
        // Prompt, the chosen radio button, label, message.
        for (var i = 0; i < 3; i++)
            await keyboard.PressAsync("Tab");
        Assert.Equal("message", await FocusedAsync());
        await browser.LeaveAsync(() => keyboard.PressAsync("Enter"));
        await keyboard.PressAsync("Tab");
        await browser.LeaveAsync(() => keyboard.PressAsync("Enter"));

        Assert.Equal(
            """{"model":"keys"}""",
            (await VersionAsync(site, slug, "designated")).GetProperty("config").GetRawText());

        Task<string> FocusedAsync() => browser.Page.EvaluateAsync<string>("document.activeElement.id");
    }

    [BrowserTheory, Sqlite]
    public async Task Only_keys_that_make_versions_are_offered_to(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        foreach (var key in new[] { site.ManagementKey, await site.NewKeyAsync("read", "promote") })
        {
            await using var browser = await Browser.OpenAsync(site, key: key);
            foreach (var page in new[]
            {
                "presets", $"presets/{slug}", $"presets/{slug}/versions/1", $"presets/{slug}/history",
                $"presets/{slug}/compare",
            })
            {
                await browser.Page.GotoAsync("/console/" + page);
                Assert.Equal(
                    0, await browser.Page.Locator("text=/New (preset|version) …|Roll forward|Edit v/").CountAsync());
            }

            await browser.GoToAsync(slug, "edit");
            Assert.Contains(
                key == site.ManagementKey ? "A management key creates no versions" : "lacks the scope \"write\"",
                await browser.TextAsync(),
                StringComparison.Ordinal);
        }
    }

    [Theory, Sqlite]
    public async Task A_key_that_may_not_read_edits_nothing_but_makes_presets(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        using var visitor = await Visitor.SignedInAsync(site, await site.NewKeyAsync("write"));

        var edit = await visitor.GetAsync($"/console/presets/{slug}/edit?version=1");
        var create = await visitor.GetAsync("/console/new-preset");

        Assert.Equal((403, 200), (edit.Status, create.Status));
    }

    [Theory, Sqlite]
    public async Task In_a_guarded_workspace_a_key_without_promote_only_stores(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        var slug = await site.NewPresetAsync(1);
        var workspace = (await site.PresetAsync(slug)).GetProperty("workspace_id").GetString();
        await site.ApiAsync(HttpMethod.Patch, $"/workspaces/{workspace}", """{"guarded": true}""", site.ManagementKey);
        using var visitor = await Visitor.SignedInAsync(site, await site.NewKeyAsync("read", "write"));
        var path = $"/console/presets/{slug}/edit";
        (string, string?)[] typed = [("config", """{"model": "m"}"""), ("designate", "true")];

        var page = await visitor.GetAsync(path);
        var announced = await visitor.PostAsync(path, page.Form(typed));
        var stored = await visitor.PostAsync(path, announced.Form(typed));

        Assert.Contains("The workspace is guarded", page.Html, StringComparison.Ordinal);
        Assert.Contains("without designating it", announced.Html, StringComparison.Ordinal);
        Assert.Equal(
            (303, $"/console/presets/{slug}/versions/2?done=2", 1),
            (stored.Status, stored.Location, await site.DesignatedAsync(slug)));
    }

    [Theory, Sqlite]
    public async Task A_check_needs_the_token_of_the_session(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site);
        var form = await visitor.GetAsync("/console/new-preset");

        var answer = await visitor.PostAsync("/console/check-config", form.Form(("config", "{}x"), ("body", "")));
        var foreign = await visitor.PostAsync("/console/check-config", [("config", "{}"), ("token", "x")]);

        var fault = JsonDocument.Parse(answer.Html).RootElement.GetProperty("faults")[0];
        Assert.Equal(
            (200, "application/json", 2, 3, 1, 3),
            (answer.Status, answer.Headers["Content-Type"], fault.GetProperty("from").GetInt32(),
                fault.GetProperty("to").GetInt32(), fault.GetProperty("line").GetInt32(),
                fault.GetProperty("column").GetInt32()));
        Assert.Equal(403, foreign.Status);
    }

    [Theory, Sqlite]
    public async Task Only_the_editor_may_make_styles_of_its_own(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site);

        var editor = await visitor.GetAsync("/console/new-preset");
        var other = await visitor.GetAsync("/console/presets");

        Assert.Matches("style-src 'self' 'nonce-[^']+'; ", editor.Headers["Content-Security-Policy"]);
        Assert.Contains("style-src 'self'; ", other.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    private static string LargeConfig(int tools = 1_000)
    {
        var text = new string('x', 900);
        return $$"""{"model":"m","tools":[{{string.Join(',', Enumerable.Range(0, tools).Select(i =>
            $$$$"""{"type":"function","function":{"name":"f{{{{i}}}}","description":"{{{{text}}}}"}}"""))}}]}""";
    }

    // As a person does: with scripts into the editor, without into the textarea.
    // FillAsync changes the editor's document past the editor, as no keyboard does.
    private static async Task TypeConfigAsync(Browser browser, string config)
    {
        await browser.Page.Locator(".cm-content, #config:not([hidden])").First.FocusAsync();
        await browser.Page.Keyboard.PressAsync("Control+a");
        await browser.Page.Keyboard.InsertTextAsync(config);
    }

    // Typing it takes the browser too long.
    private static async Task PasteConfigAsync(Browser browser, string config)
    {
        if (await browser.Page.Locator(".cm-content").CountAsync() == 0)
        {
            await browser.Page.FillAsync("#config", config);
            return;
        }

        await browser.Page.Locator(".cm-content").FocusAsync();
        await browser.Page.Keyboard.PressAsync("Control+a");
        await browser.Page.EvaluateAsync(
            """
            text => {
              const clipboardData = new DataTransfer();
              clipboardData.setData('text/plain', text);
              document.querySelector('.cm-content').dispatchEvent(
                new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
            }
            """,
            config);
    }

    private static Task<string> AlertAsync(Browser browser) => browser.Page.InnerTextAsync(".alert");

    private static Task<string> FaultsAsync(Browser browser) => browser.Page.InnerTextAsync(".faults");

    private static async Task<string> OnOneLineAsync(Browser browser, string selector) =>
        (await browser.Page.InnerTextAsync(selector)).ReplaceLineEndings(" ");

    private static async Task<int> LatestAsync(ConsoleSite site, string slug) =>
        (await VersionAsync(site, slug, "latest")).GetProperty("version").GetInt32();

    private static async Task<JsonElement> VersionAsync(ConsoleSite site, string slug, string version) =>
        (await site.ApiAsync(HttpMethod.Get, $"/presets/{slug}/versions/{version}")).GetProperty("data");
}
