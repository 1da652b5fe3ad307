using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>Draws the pages into the folder that <c>PRESETS_SCREENSHOTS</c> names, for people to look at.</summary>
public sealed class ScreenshotTests
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("PRESETS_SCREENSHOTS");

    [ScreenshotTheory]
    [InlineData(320, ColorScheme.Light), InlineData(320, ColorScheme.Dark)]
    [InlineData(1024, ColorScheme.Light), InlineData(1024, ColorScheme.Dark)]
    [InlineData(1920, ColorScheme.Light), InlineData(1920, ColorScheme.Dark)]
    public async Task Every_page_is_drawn(int width, ColorScheme scheme)
    {
        var site = await ConsoleSite.OnAsync(Engine.Sqlite);
        await SampleWorkspace.FillOnceAsync(site);
        (string Name, string Path)[] pages =
        [
            ("presets", "presets"), ("nothing", "presets?q=nothing"), ("preset", "presets/support-bot"),
            ("history", "presets/support-bot/history"), ("compare", "presets/support-bot/compare?from=2&to=3"),
            ("designate", "presets/support-bot/designate?version=2"), ("details", "presets/support-bot/details"),
            ("label", "presets/support-bot/label?label=production&version=1"), ("workspaces", "workspaces"),
        ];
        await using var anonymous = await Browser.OpenAsync(site, key: "", scheme: scheme, width: width);
        await DrawAsync(anonymous, "sign-in", "");
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey, scheme: scheme, width: width);
        foreach (var (name, path) in pages)
            await DrawAsync(browser, name, path);

        async Task DrawAsync(Browser window, string name, string path)
        {
            await window.Page.GotoAsync("/console/" + path);
            await window.Page.ScreenshotAsync(new()
            {
                Path = Path.Combine(Folder!, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"),
                FullPage = true,
            });
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ScreenshotTheoryAttribute : TheoryAttribute
    {
        public ScreenshotTheoryAttribute() => Skip = Folder is null ? "PRESETS_SCREENSHOTS names no folder" : null;
    }
}
