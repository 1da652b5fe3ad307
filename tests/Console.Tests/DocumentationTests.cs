using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Presets.Console.Tests;

/// <summary>The pictures of docs/console.md, one for each page.</summary>
public sealed class DocumentationTests
{
    private const int MostBytes = 200 * 1024;
    private const string Preset = "presets/support-bot";

    private static readonly (string Name, string Page)[] All =
    [
        ("sign-in", "sign-in"), ("presets", "presets"), ("new-preset", "new-preset"), ("preset", Preset),
        ("history", Preset + "/history"), ("compare", Preset + "/compare?from=2&to=3"), ("edit", Preset + "/edit"),
        ("try", Preset + "/try"), ("designate", Preset + "/designate?version=2"), ("lock", Preset + "/lock"),
        ("activity", "activity"), ("keys", "keys"), ("workspaces", "workspaces"), ("cluster", "cluster"),
    ];

    // Pages of management are drawn with a management key, the others as most people see them.
    private static readonly string[] OfManagement = ["keys", "workspaces", "cluster"];

    private static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", ".."));

    [BrowserTheory, Sqlite]
    public async Task Its_pictures_are_drawn_when_pictures_are_wanted(Engine engine)
    {
        if (!Pictures.AreWanted)
            return;
        var site = await ConsoleSite.OnAsync(engine);
        await SampleWorkspace.FillOnceAsync(site);
        await using var nobody = await Browser.OpenAsync(site, key: "", width: 1024);
        await using var user = await Browser.OpenAsync(site, width: 1024);
        await using var manager = await Browser.OpenAsync(site, key: site.ManagementKey, width: 1024);
        var missing = new List<string>();
        foreach (var (name, page) in All)
        {
            var browser = name == "sign-in" ? nobody : OfManagement.Contains(name) ? manager : user;
            var answer = await browser.Page.GotoAsync("/console/" + page);
            if (answer!.Ok)
                await Pictures.DrawAsync(browser.Page, "console-" + name, mostHeight: 1500);
            else
                missing.Add(page);
        }

        await user.GoToAsync("support-bot");
        await user.Page.Keyboard.PressAsync("Control+k");
        await user.Page.Keyboard.TypeAsync("su");
        await user.Page.GetByRole(AriaRole.Option).Filter(new() { HasText = "Ticket summaries" }).WaitForAsync();
        await Pictures.DrawAsync(user.Page, "console-palette", mostHeight: 600);
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Its_pictures_are_small_and_shown()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Root, "docs", "console.md"))
            + await File.ReadAllTextAsync(Path.Combine(Root, "README.md"));
        var pictures = Directory.GetFiles(Path.Combine(Root, "docs", "console"));

        Assert.NotEmpty(pictures);
        foreach (var picture in pictures)
        {
            Assert.InRange(new FileInfo(picture).Length, 1, MostBytes);
            Assert.Contains($"console/{Path.GetFileName(picture)})", text, StringComparison.Ordinal);
        }
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
