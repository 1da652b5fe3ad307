using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>A window of Debian's Chromium, with cookies of its own.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly Lazy<Task<IBrowser>> Chromium = new(async () =>
        await (await Playwright.CreateAsync()).Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            Args = ["--no-sandbox"],
        }));

    private readonly IBrowserContext context;
    private readonly ConsoleSite site;
    private readonly List<string> complaints = [];

    private Browser(ConsoleSite site, IBrowserContext context, IPage page)
    {
        (this.site, this.context, Page) = (site, context, page);
        page.Console += (_, message) =>
        {
            // What the policy forbids is told here. Chromium also tells of every status from 400 on.
            const string OfStatus = "Failed to load resource";
            if (message.Type == "error" && !message.Text.StartsWith(OfStatus, StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Dialog += (_, dialog) => complaints.Add($"a dialog: {dialog.Message}");
    }

    /// <summary>The browser's program; null when it is not installed.</summary>
    public static string? Executable { get; } =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
            .FirstOrDefault(File.Exists);

    /// <summary>Why no browser can be had here; null when one can.</summary>
    public static string? Missing => Executable is null ? "no Chromium: it is not installed" : null;

    /// <summary>Why tests that need one are skipped; null when they are not.</summary>
    internal static string? Skip { get; } =
        Environment.GetEnvironmentVariable("CI") == "true" ? null : Missing;

    /// <summary>The page that it shows.</summary>
    public IPage Page { get; }

    /// <summary>What the page says.</summary>
    public Task<string> TextAsync() => Page.InnerTextAsync("main");

    /// <summary>Opens a window; signed in unless <paramref name="key"/> is empty.</summary>
    public static async Task<Browser> OpenAsync(
        ConsoleSite site, bool scripts = true, string? key = null, ColorScheme scheme = ColorScheme.Light,
        int width = 1280)
    {
        var context = await (await Chromium.Value).NewContextAsync(new()
        {
            JavaScriptEnabled = scripts,
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 800 },
            BaseURL = site.ConsoleUrl.ToString(),
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });
        context.SetDefaultTimeout(20_000);
        Assertions.SetDefaultExpectTimeout(20_000);
        var browser = new Browser(site, context, await context.NewPageAsync());
        if (key != "")
            await browser.SignInAsync(key ?? site.Key);
        return browser;
    }

    /// <summary>Signs in by the form.</summary>
    public async Task SignInAsync(string key)
    {
        await Page.GotoAsync("/console");
        await Page.FillAsync("#key", key);
        await ClickAsync("main button:text('Sign in')");
    }

    /// <summary>Opens a page of a preset.</summary>
    public Task GoToAsync(string slug, string page = "") =>
        Page.GotoAsync($"/console/presets/{slug}/{page}".TrimEnd('/'));

    /// <summary>Clicks what leads to another page, and waits for that.</summary>
    public Task ClickAsync(string selector) => LeaveAsync(() => Page.ClickAsync(selector));

    /// <summary>Does what leads to another page, and waits for that.</summary>
    public async Task LeaveAsync(Func<Task> act)
    {
        var loaded = new TaskCompletionSource();
        Page.Load += OnLoad;
        await act();
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Page.Load -= OnLoad;

        void OnLoad(object? sender, IPage page) => loaded.TrySetResult();
    }

    /// <summary>
    /// Presses Tab until something has the focus that is called so. All that has it on the way must show it.
    /// </summary>
    public async Task TabToAsync(string name)
    {
        var passed = new List<string>();
        while (passed.Count < 120)
        {
            await Page.Keyboard.PressAsync("Tab");
            var focused = await FocusedAsync();
            passed.Add(focused.Name);
            Assert.True(focused.IsShown, $"{focused.Name} does not show that it has the focus");
            if (focused.Name == name)
                return;
        }

        Assert.Fail($"Tab does not reach {name}, but {string.Join("; ", passed)}");
    }

    /// <summary>What has the focus, and whether that can be seen.</summary>
    public async Task<(string Name, bool IsShown)> FocusedAsync()
    {
        var focused = await Page.EvaluateAsync<string[]>("""
            () => {
              const element = document.activeElement;
              const box = element.getBoundingClientRect();
              const name = element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText;
              const isSeen = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
              const isOutlined = getComputedStyle(element).outlineStyle !== "none";
              const isShown = element === document.body || (isSeen && isOutlined);
              return [name.trim().replace(/\s+/g, " "), isShown ? "shown" : ""];
            }
            """);
        return (focused[0], focused[1] == "shown");
    }

    /// <summary>Fails when axe finds something, or when the browser has complained.</summary>
    public async Task AssertAccessibleAsync()
    {
        var result = await Page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            Page.Url + "\n" + string.Join('\n', result.Violations.SelectMany(
                violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Target} {node.Html}"))));
        AssertQuiet();
    }

    /// <summary>Fails when a script failed, or when a page wanted what its policy forbids.</summary>
    public void AssertQuiet() => Assert.Empty(complaints);

    /// <summary>Fails when the page is wider than the window.</summary>
    public async Task AssertFitsAsync() => Assert.True(
        await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
        $"{Page.Url} is wider than its window");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AssertQuiet();
        Assert.DoesNotContain(site.Key, Page.Url, StringComparison.Ordinal);
        await context.DisposeAsync();
    }
}

/// <summary>A fact that needs a browser; skipped where there is none, but under CI it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.Skip;
}

/// <summary>A theory that needs a browser; skipped where there is none, but under CI it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Browser.Skip;
}
