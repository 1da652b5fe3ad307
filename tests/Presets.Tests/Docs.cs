namespace Presets.Tests;

/// <summary>The pages of the folder docs.</summary>
internal static class Docs
{
    internal static IEnumerable<string> Lines(string page)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Presets.sln")))
            folder = folder.Parent!;
        return File.ReadLines(Path.Combine(folder.FullName, "docs", page));
    }
}
