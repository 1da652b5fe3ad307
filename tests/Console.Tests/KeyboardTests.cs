namespace Presets.Console.Tests;

/// <summary>What can be done without a mouse.</summary>
public sealed class KeyboardTests
{
    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Cluster(true)]
    public async Task A_rollback(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug);

        await PressAsync(browser, "Roll back to v1 …");
        await PressAsync(browser, "Designate");

        Assert.Equal(1, await site.DesignatedAsync(slug));
        Assert.StartsWith("Done.", (await browser.FocusedAsync()).Name, StringComparison.Ordinal);
    }

    [BrowserTheory, Sqlite]
    public async Task A_label_is_moved(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await site.ApiAsync(HttpMethod.Put, $"/presets/{slug}/labels/production", """{"version": 3}""");
        await using var browser = await Browser.OpenAsync(site);
        await browser.GoToAsync(slug);

        await PressAsync(browser, "Move production …");
        await browser.TabToAsync("Version");
        await browser.Page.Keyboard.PressAsync("End");
        await PressAsync(browser, "Review");
        Assert.StartsWith("This will change", (await browser.FocusedAsync()).Name, StringComparison.Ordinal);
        await PressAsync(browser, "Set the label");

        Assert.Equal(
            """{"production":1}""", (await site.PresetAsync(slug)).GetProperty("labels").GetRawText());
    }

    [BrowserTheory, Sqlite]
    public async Task A_name_is_edited_and_what_somebody_else_did_gets_the_focus(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site);
        await browser.GoToAsync(slug, "details");

        await browser.TabToAsync("Name");
        await browser.Page.Keyboard.PressAsync("Control+a");
        await browser.Page.Keyboard.TypeAsync("Typed");
        await PressAsync(browser, "Review");
        await site.ApiAsync(HttpMethod.Patch, $"/presets/{slug}", """{"name": "Theirs"}""");
        await PressAsync(browser, "Save");
        Assert.StartsWith("Somebody was faster.", (await browser.FocusedAsync()).Name, StringComparison.Ordinal);
        await PressAsync(browser, "Save");

        Assert.Equal("Typed", (await site.PresetAsync(slug)).GetProperty("name").GetString());
    }

    [BrowserTheory, Sqlite]
    public async Task The_first_key_skips_to_the_content(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        await using var browser = await Browser.OpenAsync(site);
        await browser.Page.GotoAsync("/console/activity");

        await browser.Page.Keyboard.PressAsync("Tab");
        Assert.Equal(("Skip to the content", true), await browser.FocusedAsync());
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.Keyboard.PressAsync("Tab");

        Assert.True(await browser.Page.EvaluateAsync<bool>("document.activeElement.closest('main') !== null"));
    }

    [BrowserTheory, Sqlite]
    public async Task Plain_keys_search_go_and_help(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey);
        var (page, keyboard) = (browser.Page, browser.Page.Keyboard);

        await keyboard.PressAsync("/");
        await keyboard.TypeAsync(slug);
        await browser.LeaveAsync(() => keyboard.PressAsync("Enter"));
        Assert.Equal([slug], await page.Locator("tbody .title").AllInnerTextsAsync());

        await browser.GoToAsync(slug);
        await keyboard.PressAsync("?");
        await Pictures.DrawAsync(page, "help");
        await browser.AssertAccessibleAsync();
        var letters = await page.Locator("a[data-go]").EvaluateAllAsync<string[]>("all => all.map(a => a.dataset.go)");
        var helped = await page.Locator("#help kbd").AllInnerTextsAsync();
        Assert.Equal(letters.Distinct(), letters);
        Assert.Equal(["Ctrl K", "⌘ K", "/", "?", .. letters.SelectMany(letter => new[] { "g", letter })], helped);
        await keyboard.PressAsync("Escape");
        await GoAsync("h");
        Assert.EndsWith($"/presets/{slug}/history", new Uri(page.Url).AbsolutePath, StringComparison.Ordinal);
        await GoAsync("p");
        Assert.EndsWith("/console/presets", new Uri(page.Url).AbsolutePath, StringComparison.Ordinal);

        Task GoAsync(string letter) => browser.LeaveAsync(async () =>
        {
            await keyboard.PressAsync("g");
            await keyboard.PressAsync(letter);
        });
    }

    [BrowserTheory, Sqlite]
    public async Task Plain_keys_are_turned_off_for_all_pages(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        await using var browser = await Browser.OpenAsync(site);
        var (page, keyboard) = (browser.Page, browser.Page.Keyboard);

        await keyboard.PressAsync("?");
        await page.UncheckAsync("#shortcuts");
        await page.GotoAsync("/console/activity");
        await keyboard.PressAsync("?");
        Assert.True(await page.IsHiddenAsync("#help"));
        await keyboard.PressAsync("Control+k");
        await page.FillAsync("#palette-input", "keyboard");
        await keyboard.PressAsync("Enter");
        await page.CheckAsync("#shortcuts");
        await keyboard.PressAsync("Escape");
        await keyboard.PressAsync("?");

        Assert.True(await page.IsVisibleAsync("#help"));
    }

    private static async Task PressAsync(Browser browser, string name)
    {
        await browser.TabToAsync(name);
        await browser.LeaveAsync(() => browser.Page.Keyboard.PressAsync("Enter"));
    }
}
