using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using Presets.Grains;

namespace Presets.Console.Tests;

/// <summary>The page of the nodes, for management keys.</summary>
public sealed partial class ClusterTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero));

    [Theory, Sqlite, Postgres]
    public async Task Any_node_shows_what_was_done_through_another(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, OnClock);
        await using var another = engine == Engine.Postgres ? await site.StartAnotherAsync(OnClock) : null;
        using var visitor = await Visitor.SignedInAsync(another ?? site, site.ManagementKey);

        var slug = await site.NewPresetAsync(20);
        for (var i = 0; i < 15; i++)
            await site.PresetAsync(slug);
        clock.Advance(NodeReport.Period);
        var page = await visitor.GetAsync("/console/cluster");

        (string, string)[] expected = another is null ? [("2", "1.5")] : [("0", "0"), ("2", "1.5")];
        Assert.Equal(expected, RatesOf(page.Html).Order());
        Assert.Contains("<strong>2</strong> a second", page.Html, StringComparison.Ordinal);
        Assert.Contains("<strong>1.5</strong> a second", page.Html, StringComparison.Ordinal);
        Assert.Contains(Release.Version, page.Html, StringComparison.Ordinal);
        Assert.Contains("p99", page.Html, StringComparison.Ordinal);
        Assert.Contains("2026-04-20T12:00:00", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("does not answer", page.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task A_node_that_does_not_answer_is_said_not_to(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, OfThree(PageTests.Hostile));
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);

        var page = await visitor.GetAsync("/console/cluster");

        Assert.Single(Regex.Matches(page.Html, "does not answer"));
        Assert.Equal([("3", "8"), ("1", "2,000")], RatesOf(page.Html));
        Assert.Contains("<strong>4</strong> a second", page.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task Only_a_management_key_sees_it(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var ordinary = await Visitor.SignedInAsync(site);

        var refused = await ordinary.GetAsync("/console/cluster");

        Assert.Equal(403, refused.Status);
        Assert.Contains("Only management keys can perform this operation", refused.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/cluster", (await ordinary.GetAsync("/console/presets")).Html, StringComparison.Ordinal);
    }

    [BrowserTheory, Sqlite]
    public async Task It_updates_itself_until_it_is_paused_or_hidden(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, OnClock);
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey);
        var page = browser.Page;
        await StopClockAsync(page);
        await page.GotoAsync("/console/cluster");
        var requests = 0;
        page.Request += (_, request) => requests += request.ResourceType == "fetch" ? 1 : 0;

        await site.NewPresetAsync(5);
        clock.Advance(NodeReport.Period);
        await page.Clock.RunForAsync(5_000);
        await page.Locator("text=0.5 a second").WaitForAsync();
        Assert.Equal(1, requests);
        Assert.DoesNotContain("UTC", await page.Locator("#live time").First.InnerTextAsync(), StringComparison.Ordinal);

        await page.ClickAsync("text=Pause");
        await page.Clock.RunForAsync(60_000);
        Assert.Equal(1, requests);
        await page.ClickAsync("text=Update by itself");
        await page.RunAndWaitForResponseAsync(
            () => page.Clock.RunForAsync(1), response => response.Request.ResourceType == "fetch");
        Assert.Equal(2, requests);

        await page.EvaluateAsync(
            """
            Object.defineProperty(document, "hidden", { value: true });
            document.dispatchEvent(new Event("visibilitychange"));
            """);
        await page.Clock.RunForAsync(60_000);
        Assert.Equal(2, requests);
    }

    [BrowserTheory, Sqlite]
    public async Task It_tells_when_nobody_answers_and_asks_for_the_key_when_the_session_is_over(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey);
        var page = browser.Page;
        await StopClockAsync(page);
        await page.GotoAsync("/console/cluster");

        await page.RouteAsync("**/console/cluster*", route => route.AbortAsync());
        await page.Clock.RunForAsync(5_000);
        await Assertions.Expect(page.Locator("[data-stale]")).ToContainTextAsync("No node answers.");
        await page.UnrouteAllAsync();
        await page.RouteAsync("**/console/cluster*", route => route.FulfillAsync(new() { Status = 503 }));
        await page.Clock.RunForAsync(5_000);
        await Assertions.Expect(page.Locator("[data-stale]")).ToContainTextAsync("The page cannot be renewed.");
        await page.UnrouteAllAsync();
        await page.Clock.RunForAsync(5_000);
        await page.Locator("[data-stale]").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await site.EndSessionsAsync();
        await browser.LeaveAsync(() => page.Clock.RunForAsync(5_000));

        Assert.Contains("/console/sign-in", page.Url, StringComparison.Ordinal);
        await page.Clock.ResumeAsync();
        await page.FillAsync("#key", site.ManagementKey);
        await browser.ClickAsync("main button:text('Sign in')");
        Assert.Contains("/console/cluster", page.Url, StringComparison.Ordinal);
    }

    [BrowserTheory, Sqlite]
    public async Task Whoever_prefers_less_motion_starts_it(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey);
        await browser.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });

        await browser.Page.GotoAsync("/console/cluster");

        Assert.Equal("Update by itself", await browser.Page.InnerTextAsync("button[data-live]"));
    }

    [BrowserTheory, Sqlite]
    public async Task Without_scripts_it_is_loaded_again_by_a_link(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, OnClock);
        await using var browser = await Browser.OpenAsync(site, scripts: false, site.ManagementKey);
        await browser.ClickAsync("nav >> text=Cluster");
        Assert.False(await browser.Page.IsVisibleAsync("button[data-live]"));

        await site.NewPresetAsync(5);
        clock.Advance(NodeReport.Period);
        await browser.ClickAsync("text=Reload");

        Assert.Contains("0.5 a second", await browser.TextAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory, Appearances]
    public async Task It_is_accessible_and_fits(Engine engine, ColorScheme scheme, int width)
    {
        await using var site = await ConsoleSite.StartAsync(
            engine, OfThree(Pictures.AreWanted ? "presets-2" : PageTests.Hostile));
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey, scheme: scheme, width: width);

        await browser.Page.GotoAsync("/console/cluster");
        await Pictures.DrawAsync(browser.Page, $"cluster-{width}-{scheme}");

        await browser.AssertAccessibleAsync();
        await browser.AssertFitsAsync();
    }

    private static IEnumerable<(string Creates, string Reads)> RatesOf(string html) =>
        Rates().Matches(html).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    private void OnClock(IServiceCollection services) => services.AddSingleton(_ => new NodeActivity(clock));

    private Action<IServiceCollection> OfThree(string last) =>
        services => services.AddSingleton<INodes>(new ThreeNodes(clock, last));

    // It goes on by what a test says alone.
    private static async Task StopClockAsync(IPage page)
    {
        var time = new DateTime(2026, 4, 20, 12, 0, 0, DateTimeKind.Utc);
        await page.Clock.InstallAsync(new() { TimeDate = time });
        await page.Clock.PauseAtAsync(time.AddSeconds(1));
    }

    [GeneratedRegex("""
        Creates/s" class="number">\s*<strong>([^<]*)<.*?Reads/s" class="number">\s*<strong>([^<]*)<
        """, RegexOptions.Singleline)]
    private static partial Regex Rates();

    /// <summary>Three nodes, one of which does not answer.</summary>
    /// <param name="last">The machine of the last.</param>
    private sealed class ThreeNodes(TimeProvider clock, string last) : INodes
    {
        public Task<IReadOnlyList<Node>> AskAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Node>>(
            [
                new("10.0.0.4:11111", NodeStatus.Active, IsThis: true, ReportOf("presets-0", 3, 8) with
                {
                    Commits = new(1024, TimeSpan.FromMilliseconds(0.84), TimeSpan.FromMilliseconds(6.2)),
                }),
                new("10.0.0.5:11111", NodeStatus.Active, IsThis: false, Report: null),
                new("10.0.0.6:11111", NodeStatus.Stopping, IsThis: false, ReportOf(last, 1, 2000)),
            ]);

        private NodeReport ReportOf(string machine, double creates, double reads) => new(
            machine, "1.4.0", clock.GetUtcNow(), 1234, 12_345_678, Waves(creates), Waves(reads), Commits: null);

        private static double[] Waves(double last) =>
            [.. Enumerable.Range(1 - NodeReport.MostPeriods, NodeReport.MostPeriods)
                .Select(age => last * (1.5 + Math.Cos(age / 7.0)) / 2.5)];
    }
}
