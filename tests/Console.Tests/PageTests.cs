using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>The pages, as a browser shows them.</summary>
public sealed class PageTests
{
    /// <summary>A name that tries to be more than text.</summary>
    public const string Hostile = "<script>alert(1)</script>\"'&";

    [BrowserTheory, Appearances, Cluster(ColorScheme.Light, 1024)]
    public async Task Every_page_is_accessible_fits_and_keeps_to_its_policy(
        Engine engine, ColorScheme scheme, int width)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = Pictures.AreWanted ? await SampleWorkspace.FillOnceAsync(site) : await NewFullPresetAsync(site);
        await using var anonymous = await Browser.OpenAsync(site, key: "", scheme: scheme, width: width);
        await CheckAsync(anonymous, "");
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey, scheme: scheme, width: width);
        string[] pages =
        [
            "presets", "presets?q=nothing-is-like-that", "no-such-page",
            $"presets/{slug}", $"presets/{slug}/versions/1", $"presets/{slug}/history",
            $"presets/{slug}/compare?from=1&to=3", $"presets/{slug}/compare?from=2&to=2",
            $"presets/{slug}/designate?version=1", $"presets/{slug}/label?label=production&version=1",
            $"presets/{slug}/remove-label?label=production", $"presets/{slug}/details", $"presets/{slug}/lock",
            $"presets/{slug}/disable", $"presets/{slug}/archive",
        ];
        foreach (var page in pages)
            await CheckAsync(browser, page);
        // A management key makes no version.
        await using var editor = await Browser.OpenAsync(site, scheme: scheme, width: width);
        foreach (var page in new[]
        {
            "presets", "new-preset", $"presets/{slug}/edit", $"presets/{slug}/edit?version=1&label=production",
            $"presets/{slug}/edit?config=" + Uri.EscapeDataString("{\n  \"temperature\": 3,\n  \"tempo\": 1\n}"),
        })
            await CheckAsync(editor, page);

        async Task CheckAsync(Browser window, string page)
        {
            await window.Page.GotoAsync("/console/" + page);
            await Pictures.DrawAsync(window.Page, $"{page}-{width}-{scheme}");
            await window.Page.EvaluateAsync(
                "document.querySelectorAll('details').forEach(each => { each.open = true; })");
            await window.AssertAccessibleAsync();
            await window.AssertFitsAsync();
        }
    }

    [BrowserTheory, Sqlite]
    public async Task A_workspace_without_presets_says_what_to_do(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await using var browser = await Browser.OpenAsync(site);

        Assert.Contains(
            $"curl {site.Url}api/v1/presets/hello/chat/completions",
            await browser.TextAsync(),
            StringComparison.Ordinal);
        await browser.AssertAccessibleAsync();
    }

    [BrowserTheory, Sqlite, Postgres]
    public async Task Presets_are_searched_sorted_and_paged_by_the_address(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        for (var i = 0; i < 30; i++)
            await site.NewPresetAsync(1, $"p-{i:00}");
        await site.ApiAsync(HttpMethod.Put, "/presets/p-07/labels/production", """{"version": 1}""");
        await using var browser = await Browser.OpenAsync(site);

        await browser.Page.FillAsync("#label", "production");
        await browser.ClickAsync("text=Filter");
        Assert.Equal(["p-07"], await SlugsAsync());
        await browser.Page.GotoAsync("/console/presets?sort=slug&q=p-");
        Assert.Equal(25, (await SlugsAsync()).Count);
        await browser.ClickAsync("text=Next");

        Assert.Equal(["p-25", "p-26", "p-27", "p-28", "p-29"], await SlugsAsync());
        Assert.Contains("q=p-", browser.Page.Url, StringComparison.Ordinal);

        Task<IReadOnlyList<string>> SlugsAsync() => browser.Page.Locator("tbody .title").AllInnerTextsAsync();
    }

    [BrowserTheory, Sqlite, Postgres, Cluster]
    public async Task A_comparison_shows_fields_tools_and_words(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(site);

        await browser.GoToAsync(slug, "compare?from=1&to=3");

        var text = await browser.TextAsync();
        Assert.Contains("openai/gpt-1", text, StringComparison.Ordinal);
        Assert.Contains("openai/gpt-3", text, StringComparison.Ordinal);
        Assert.Contains("Looks up v3", text, StringComparison.Ordinal);
        Assert.DoesNotContain("provider", text, StringComparison.Ordinal);
        Assert.Equal(["1"], await browser.Page.Locator("del").AllInnerTextsAsync());
        Assert.Equal(["3"], await browser.Page.Locator("ins").AllInnerTextsAsync());
    }

    [BrowserTheory, Sqlite]
    public async Task A_large_preset_is_shown(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = ConsoleSite.NewSlug();
        var text = new string('x', 900);
        var tools = string.Join(',', Enumerable.Range(0, 900).Select(i =>
            $$$"""{"type": "function", "function": {"name": "f{{{i}}}", "description": "{{{text}}}"}}"""));
        await site.ApiAsync(
            HttpMethod.Post, $"/presets/{slug}/versions", $$$"""{"config": {"model": "m", "tools": [{{{tools}}}]}}""");
        await using var browser = await Browser.OpenAsync(site);

        await browser.GoToAsync(slug);

        Assert.Equal(900, await browser.Page.Locator("details.tool").CountAsync());
    }

    [BrowserTheory, Sqlite]
    public async Task A_management_key_chooses_a_workspace_and_stays_in_it(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = "w-" + ConsoleSite.NewSlug();
        await site.ApiAsync(
            HttpMethod.Post, "/workspaces", $$"""{"name": "Team {{slug}}", "slug": "{{slug}}"}""", site.ManagementKey);
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey);

        await browser.ClickAsync("text=Workspaces");
        await browser.ClickAsync($"text=Team {slug}");
        await browser.ClickAsync("text=All presets");

        Assert.Contains($"Team {slug}", await browser.Page.InnerTextAsync(".where"), StringComparison.Ordinal);
        Assert.Contains("No presets yet", await browser.TextAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory, Sqlite]
    public async Task A_time_is_in_the_zone_of_the_reader_with_UTC_on_hover(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site);

        await browser.GoToAsync(slug);

        var time = browser.Page.Locator("time").First;
        var utc = DateTimeOffset.Parse((await time.GetAttributeAsync("datetime"))!);
        var berlin = TimeZoneInfo.ConvertTime(utc, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        Assert.Contains(berlin.ToString("HH:mm"), await time.InnerTextAsync(), StringComparison.Ordinal);
        Assert.EndsWith($"{utc:HH:mm} UTC", await time.GetAttributeAsync("title"), StringComparison.Ordinal);
    }

    // Every part of every page, and names that try to be more than text.
    private static async Task<string> NewFullPresetAsync(ConsoleSite site)
    {
        var slug = await site.NewPresetAsync();
        var text = System.Text.Json.JsonSerializer.Serialize(Hostile);
        await site.ApiAsync(HttpMethod.Patch, $"/presets/{slug}", $$"""{"name": {{text}}, "description": {{text}}}""");
        await site.ApiAsync(
            HttpMethod.Post,
            $"/presets/{slug}/versions",
            $$$"""
            {"config": {"model": {{{text}}}, "stop": [{{{text}}}], "tools": [{"type": "function", "function": {
                "name": {{{text}}}, "description": {{{text}}}, "parameters": {"a": {{{text}}} } } }]},
                "system_prompt": {{{text}}}, "message": {{{text}}}}
            """);
        await site.ApiAsync(
            HttpMethod.Put, $"/presets/{slug}/labels/production", """{"version": 3, "protected": true}""");
        await site.ApiAsync(HttpMethod.Patch, $"/presets/{slug}", """{"locked": ["model", "provider.only"]}""");
        return slug;
    }
}
