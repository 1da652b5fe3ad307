using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Presets.Api.Tests;

/// <summary>The examples of docs/moving.md, as they stand.</summary>
public sealed class MovingPageTests
{
    [CurlFact]
    public async Task The_commands_of_the_page_do_what_it_says()
    {
        await using var node = await OneNode.StartAsync(Engine.Sqlite);
        (await node.Client.CreateAsync("my-preset")).Expect(200);
        var folder = Directory.CreateTempSubdirectory("presets-page-");
        var blocks = (await File.ReadAllTextAsync(Page())).Split("```sh\n")[2..].Select(rest => rest.Split("```")[0]);

        var output = await RunAsync(node, folder.FullName, "set -e\n" + string.Join('\n', blocks));

        Assert.StartsWith(
            """
            {"line":1,"slug":"my-preset","result":"skipped","versions":1}
            {"line":1,"result":"done","counts":{"imported":0,"appended":0,"skipped":1,"refused":0}}
            {"line":1,"slug":"movie-critic","result":"imported","versions":1,"dropped":["tags"]}
            """,
            output,
            StringComparison.Ordinal);
        var preset = (await node.Client.GetAsync("/presets/summarizer")).Expect(200).Data;
        Assert.Equal("Text Summarizer", preset.GetProperty("name").GetString());
        folder.Delete(recursive: true);
    }

    private static async Task<string> RunAsync(OneNode node, string folder, string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        start.Environment["URL"] = new Uri(node.Url, "/api/v1").ToString();
        start.Environment["KEY"] = node.Key;
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == 0, output);
        return output;
    }

    private static string Page([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "docs", "moving.md");

    /// <summary>Skipped where there is no bash or curl, but under CI it fails.</summary>
    private sealed class CurlFactAttribute : FactAttribute
    {
        public CurlFactAttribute() => Skip =
            Environment.GetEnvironmentVariable("CI") == "true" || (Has("bash") && Has("curl"))
                ? null
                : "needs bash and curl";

        private static bool Has(string program) =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, program)));
    }
}
