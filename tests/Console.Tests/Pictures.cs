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
    /// <param name="fullPage">Whether what is below the window is drawn too.</param>
    public static async Task DrawAsync(IPage page, string name, bool fullPage = true)
    {
        if (Folder is null)
            return;
        var file = string.Concat(name.Select(each => char.IsAsciiLetterOrDigit(each) ? each : '-')) + ".png";
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, file), FullPage = fullPage });
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
