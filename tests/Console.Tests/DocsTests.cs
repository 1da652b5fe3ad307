using System.Text.Json;
using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>The pages of the OpenAPI document.</summary>
public sealed class DocsTests
{
    [Theory, Sqlite]
    public async Task Its_files_come_from_the_node_and_its_policy_allows_no_other(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = new Visitor(site.Url);

        var page = await visitor.GetAsync("/docs/");

        Assert.Equal(200, page.Status);
        var policy = page.Headers["Content-Security-Policy"];
        Assert.StartsWith("default-src 'none'; script-src 'self' 'nonce-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
        foreach (var setting in new[] { "proxyUrl", "\"persistAuth\":true", "https://" })
            Assert.DoesNotContain(setting, page.Html, StringComparison.Ordinal);
        Assert.Equal(200, (await visitor.GetAsync("/docs/scalar.js")).Status);
        var root = await visitor.GetAsync("/", ("Accept", "*/*"));
        Assert.Equal(
            "/docs", JsonDocument.Parse(root.Html).RootElement.GetProperty("links").GetProperty("docs").GetString());
    }

    [Theory, Sqlite]
    public async Task It_is_off_with_the_console(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, "--Console:Enabled", "false");
        using var visitor = new Visitor(site.Url);

        Assert.Equal(404, (await visitor.GetAsync("/docs")).Status);
        Assert.Equal(404, (await visitor.GetAsync("/docs/scalar.js")).Status);
        Assert.Equal(404, (await visitor.GetAsync("/docs/")).Status);
    }

    [BrowserTheory]
    [Sqlite(ColorScheme.Light), Sqlite(ColorScheme.Dark)]
    public async Task A_browser_shows_the_routes_and_asks_nobody_else(Engine engine, ColorScheme scheme)
    {
        var site = await ConsoleSite.OnAsync(engine);
        await using var browser = await Browser.OpenAsync(site, key: "", scheme: scheme);
        var foreign = new List<string>();
        browser.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(site.Url.ToString(), StringComparison.Ordinal)
                && new Uri(request.Url).Scheme is "http" or "https" or "ws" or "wss")
                foreign.Add(request.Url);
        };

        await browser.Page.GotoAsync("/docs");
        await browser.Page.GetByText("List presets").First.WaitForAsync();
        await browser.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.Empty(foreign);
        browser.AssertQuiet();
        Assert.Equal("API · Presets", await browser.Page.TitleAsync());
        await browser.AssertAccessibleAsync();
    }
}
