using System.Diagnostics;

namespace Presets.Architecture.Tests;

/// <summary>The files of the repository this test was built in.</summary>
internal static class Repository
{
    internal static readonly string Root = FindRoot();

    /// <summary>The paths of all files that git tracks or would track, from the root, parted by <c>/</c>.</summary>
    internal static readonly IReadOnlyList<string> Files = ListFiles();

    internal static IEnumerable<string> CodeOf(string folder) =>
        Files.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal));

    internal static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    internal static string[] ReadLines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    /// <summary>The lines of some files that hold a text, each as path, number and line.</summary>
    internal static IEnumerable<string> LinesWith(string text, IEnumerable<string> paths) =>
        from path in paths
        from numbered in ReadLines(path).Select((line, index) => (Line: line, Number: index + 1))
        where numbered.Line.Contains(text, StringComparison.OrdinalIgnoreCase)
        select $"{path}:{numbered.Number}: {numbered.Line.Trim()}";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Presets.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    private static string[] ListFiles()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z", "-co", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        var paths = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        // A file that was removed and not yet staged is still listed.
        return [.. paths.Where(path => File.Exists(Path.Combine(Root, path)))];
    }
}
