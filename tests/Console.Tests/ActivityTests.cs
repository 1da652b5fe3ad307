using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>The history of a workspace.</summary>
public sealed partial class ActivityTests
{
    private const string Path = "/console/activity";

    [Theory, Sqlite, Postgres]
    public async Task It_shows_who_did_what_and_is_narrowed_by_the_address(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await site.NewPresetAsync(2, "first");
        await site.NewPresetAsync(1, "second");
        var other = await site.NewKeyAsync("read", "write");
        await site.ApiAsync(HttpMethod.Patch, "/presets/second", """{"name": "Another"}""", other);
        using var visitor = await Visitor.SignedInAsync(site);

        var all = await visitor.GetAsync(Path);
        var ofSlug = await visitor.GetAsync(Path + "?slug=first");
        var ofKey = await visitor.GetAsync($"{Path}?actor={KeySecret.Hash(other)}");
        var later = await visitor.GetAsync(Path + "?since=2999-01-01T00:00:00Z");

        Assert.Equal(["second", "second", "first", "first"], SlugsOf(all));
        Assert.Equal(["first", "first"], SlugsOf(ofSlug));
        Assert.Equal(["second"], SlugsOf(ofKey));
        Assert.Contains("Another", ofKey.Html, StringComparison.Ordinal);
        Assert.Contains("Nothing matches", later.Html, StringComparison.Ordinal);
        Assert.Contains($"{Path}?actor={KeySecret.Hash(other)}", all.Html, StringComparison.Ordinal);
        var refused = await visitor.GetAsync(Path + "?since=yesterday");
        Assert.Equal(400, refused.Status);
        Assert.Contains("since must be a time", refused.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task It_is_paged_with_its_filter(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await site.NewPresetAsync(1, "other");
        await site.NewPresetAsync(52, "many");
        using var visitor = await Visitor.SignedInAsync(site);

        var newest = await visitor.GetAsync(Path + "?slug=many");
        var oldest = await visitor.GetAsync(Path + "?slug=many&offset=50");

        Assert.Equal(50, SlugsOf(newest).Count);
        Assert.Contains($"href=\"{Path}?slug=many&amp;offset=50\">Older", newest.Html, StringComparison.Ordinal);
        Assert.Equal(2, SlugsOf(oldest).Count);
        Assert.DoesNotContain(">Older", oldest.Html, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Path}?slug=many\">Newer", oldest.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task What_is_purged_leads_nowhere(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await site.NewPresetAsync(1, "gone");
        await site.ApiAsync(HttpMethod.Delete, "/presets/gone");
        await site.ApiAsync(HttpMethod.Delete, "/presets/gone?purge=true&status=all", key: site.ManagementKey);
        using var visitor = await Visitor.SignedInAsync(site);

        var page = await visitor.GetAsync(Path);

        Assert.Contains("gone</span>", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/presets/gone", page.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task It_needs_the_scope_read(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site, await site.NewKeyAsync("inference"));

        Assert.Equal(403, (await visitor.GetAsync(Path)).Status);
    }

    [BrowserTheory]
    [Sqlite(ColorScheme.Light, 1280), Sqlite(ColorScheme.Dark, 320)]
    public async Task It_is_accessible_and_leads_from_a_change_to_all_that_its_key_did(
        Engine engine, ColorScheme scheme, int width)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await using var browser = await Browser.OpenAsync(site, scheme: scheme, width: width);
        await browser.ClickAsync("text=Activity");
        Assert.Contains("Nothing was done yet", await browser.TextAsync(), StringComparison.Ordinal);
        await browser.AssertAccessibleAsync();
        await site.NewPresetAsync(1, "hello");
        await site.ApiAsync(
            HttpMethod.Patch, "/presets/hello", """{"name": "<b>x</b>"}""", await site.NewKeyAsync("write"));

        await browser.ClickAsync("text=Activity");
        await browser.AssertAccessibleAsync();
        await browser.AssertFitsAsync();
        await browser.ClickAsync(".timeline .by >> nth=0");

        Assert.Equal(1, await browser.Page.Locator(".timeline > li").CountAsync());
        await browser.AssertAccessibleAsync();
        await browser.AssertFitsAsync();
    }

    private static List<string> SlugsOf(Visitor.Seen page) =>
        [.. Title().Matches(page.Html).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("<a class=\"title\" href=\"[^\"]*\">([^<]*)</a>")]
    private static partial Regex Title();
}
