using System.Reflection;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace Presets.Console.Tests;

/// <summary>Pictures of the pages, for people: in the folder that <c>PRESETS_SCREENSHOTS</c> names.</summary>
internal static class Pictures
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("PRESETS_SCREENSHOTS");

    /// <summary>Whether a folder is named.</summary>
    public static bool AreWanted => Folder is not null;

    /// <summary>Draws a page as it is shown, if pictures are wanted.</summary>
    /// <param name="mostHeight">How much of a long page is drawn.</param>
    public static async Task DrawAsync(IPage page, string name, int mostHeight = int.MaxValue)
    {
        if (Folder is null)
            return;
        var file = string.Concat(name.Select(each => char.IsAsciiLetterOrDigit(each) ? each : '-')) + ".png";
        var height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
        await page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Folder, file),
            FullPage = true,
            Clip = new() { Width = page.ViewportSize!.Width, Height = Math.Min(height, mostHeight) },
        });
    }
}

/// <summary>
/// Themes and widths to look at pages in; with <see cref="Pictures"/>, all that the design is made for.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AppearancesAttribute : DataAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Pictures.AreWanted
        ? from scheme in new[] { ColorScheme.Light, ColorScheme.Dark }
          from width in new[] { 320, 1024, 1920 }
          select new object[] { Engine.Sqlite, scheme, width }
        : [[Engine.Sqlite, ColorScheme.Light, 1280], [Engine.Sqlite, ColorScheme.Dark, 320]];
}
