using System.Text.Json;
using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>The command palette.</summary>
public sealed class PaletteTests
{
    private const string Input = "#palette-input";
    private const string Selected = "#palette-list [aria-selected=true]";

    [BrowserTheory, Sqlite, Cluster]
    public async Task It_goes_to_a_preset_by_the_keyboard_alone(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await site.NewPresetAsync(1, slug + "-2");
        await using var browser = await Browser.OpenAsync(site);
        var (page, keyboard) = (browser.Page, browser.Page.Keyboard);

        await keyboard.PressAsync("Control+k");
        await keyboard.TypeAsync(slug);
        await page.Locator("#palette-list[aria-busy=false] li").Nth(1).WaitForAsync();
        var first = await page.InnerTextAsync(Selected);
        await keyboard.PressAsync("ArrowDown");
        var second = await page.InnerTextAsync(Selected);
        await keyboard.PressAsync("ArrowDown");
        Assert.Equal(first, await page.InnerTextAsync(Selected));
        await keyboard.PressAsync("ArrowUp");
        Assert.Equal(second, await page.InnerTextAsync(Selected));
        Assert.Equal(
            await page.GetAttributeAsync(Selected, "id"), await page.GetAttributeAsync(Input, "aria-activedescendant"));
        var chosen = second.Contains("-2", StringComparison.Ordinal) ? slug + "-2" : slug;
        await browser.LeaveAsync(() => keyboard.PressAsync("Enter"));

        Assert.EndsWith($"/presets/{chosen}", page.Url, StringComparison.Ordinal);
    }

    [BrowserTheory, Sqlite]
    public async Task Enter_before_the_answer_goes_to_the_first_that_is_found(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site);

        await browser.Page.Keyboard.PressAsync("Meta+k");
        await browser.Page.Keyboard.TypeAsync(slug);
        await browser.LeaveAsync(() => browser.Page.Keyboard.PressAsync("Enter"));

        Assert.EndsWith($"/presets/{slug}", browser.Page.Url, StringComparison.Ordinal);
    }

    [BrowserTheory, Sqlite]
    public async Task It_leads_to_what_can_be_done_to_the_preset_that_is_shown(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await site.ApiAsync(HttpMethod.Put, $"/presets/{slug}/labels/production", """{"version": 1}""");
        await using var browser = await Browser.OpenAsync(site);
        await browser.GoToAsync(slug);

        await browser.Page.ClickAsync("button[data-palette]");
        await browser.Page.FillAsync(Input, "move production");
        Assert.Contains("Move the label production", await browser.Page.InnerTextAsync(Selected));
        await browser.LeaveAsync(() => browser.Page.ClickAsync(Selected));
        Assert.EndsWith($"/{slug}/label?label=production", browser.Page.Url, StringComparison.Ordinal);

        await browser.Page.Keyboard.PressAsync("Control+k");
        await browser.Page.FillAsync(Input, "activity");
        await browser.LeaveAsync(() => browser.Page.Keyboard.PressAsync("Enter"));
        Assert.EndsWith("/activity", browser.Page.Url, StringComparison.Ordinal);
    }

    [BrowserTheory]
    [Sqlite(ColorScheme.Light, 1280), Sqlite(ColorScheme.Dark, 320)]
    public async Task It_is_accessible_fits_and_says_when_nothing_is_found(
        Engine engine, ColorScheme scheme, int width)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await site.ApiAsync(
            HttpMethod.Patch, $"/presets/{slug}", """{"name": "<img src=x onerror=alert(1)> عربي 🚆"}""");
        await using var browser = await Browser.OpenAsync(site, scheme: scheme, width: width);
        var page = browser.Page;
        await browser.GoToAsync(slug);

        await page.ClickAsync("button[data-palette]");
        await page.GetByRole(AriaRole.Option).Filter(new() { HasText = "onerror" }).First.WaitForAsync();
        await Pictures.DrawAsync(page, $"palette-{width}-{scheme}");
        await browser.AssertAccessibleAsync();
        await browser.AssertFitsAsync();
        await page.FillAsync(Input, "nothing-is-called-like-that");
        await page.GetByText("Nothing is called like that.").WaitForAsync();
        Assert.True(await page.IsHiddenAsync("#palette-list"));
        Assert.Equal("false", await page.GetAttributeAsync(Input, "aria-expanded"));
        await Pictures.DrawAsync(page, $"palette-empty-{width}-{scheme}");
        await browser.AssertAccessibleAsync();

        await page.Keyboard.PressAsync("Escape");
        Assert.True(await page.IsHiddenAsync("#palette"));
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement.matches('button[data-palette]')"));
    }

    [BrowserTheory, Sqlite]
    public async Task Without_scripts_its_button_leads_to_the_search_of_the_presets(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        await using var browser = await Browser.OpenAsync(site, scripts: false);
        await browser.Page.GotoAsync("/console/activity");

        await browser.ClickAsync(".bar >> text=Search");

        Assert.EndsWith("/console/presets#q", browser.Page.Url, StringComparison.Ordinal);
        Assert.Equal(0, await browser.Page.Locator("button[data-palette]:visible").CountAsync());
    }

    [BrowserTheory, Sqlite]
    public async Task A_session_that_ended_asks_for_a_key(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await using var browser = await Browser.OpenAsync(site);
        await site.EndSessionsAsync();

        await browser.LeaveAsync(() => browser.Page.Keyboard.PressAsync("Control+k"));

        Assert.Contains("/console/sign-in", browser.Page.Url, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task The_server_finds_the_presets_of_the_workspace_alone(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        for (var i = 0; i < 10; i++)
            await site.NewPresetAsync(1, $"p-{i}");
        var other = await site.ApiAsync(
            HttpMethod.Post, "/workspaces", """{"name": "Other", "slug": "other"}""", site.ManagementKey);
        using var visitor = await Visitor.SignedInAsync(site);
        using var manager = await Visitor.SignedInAsync(site, site.ManagementKey);
        using var stranger = await Visitor.SignedInAsync(site, await site.NewKeyAsync("inference"));
        using var nobody = new Visitor(site.Url);
        var id = other.GetProperty("data").GetProperty("id").GetString();

        var all = JsonDocument.Parse((await visitor.GetAsync("/console/palette")).Html).RootElement;
        var one = (await visitor.GetAsync("/console/palette?q=p-7")).Html;
        var elsewhere = (await manager.GetAsync($"/console/palette?q=p-&workspace_id={id}")).Html;

        Assert.Equal(
            (10, 8), (all.GetProperty("total").GetInt32(), all.GetProperty("presets").GetArrayLength()));
        Assert.Equal("""{"total":1,"presets":[{"name":"p-7","slug":"p-7","url":"/console/presets/p-7"}]}""", one);
        Assert.Equal("""{"total":0,"presets":[]}""", elsewhere);
        Assert.Equal(403, (await stranger.GetAsync("/console/palette")).Status);
        Assert.Equal(303, (await nobody.GetAsync("/console/palette")).Status);
    }
}
