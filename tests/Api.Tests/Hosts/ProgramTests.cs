using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Presets.Api.Tests;

/// <summary>Tests that run a program in processes of its own, in a folder of their own.</summary>
public abstract partial class ProgramTests : IDisposable
{
    /// <summary>The folder it runs in.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("presets-command-").FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Serves on a free port until <paramref name="use"/> has ended, then asks the program to end.</summary>
    /// <param name="use">Is given what the start printed.</param>
    /// <param name="more">Further variables of the environment.</param>
    protected async Task<(string Output, string Error, int Status)> ServeAsync(
        bool isFirst, Func<string, Task> use, params (string Name, string Value)[] more)
    {
        using var process = Start(["--urls", "http://127.0.0.1:0"], more);
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            var output = "";
            // The first start ends with a request to copy, every other with the database.
            var last = isFirst ? "-d '{" : "Database: ";
            while (!output.Contains(last, StringComparison.Ordinal))
            {
                if (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is not { } line)
                    throw new InvalidOperationException($"the program ended: {await error}");
                output += line + "\n";
            }

            await use(output);
            using (var stop = Process.Start("kill", ["-TERM", $"{process.Id}"]))
                await stop.WaitForExitAsync();
            output += await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return (output, await error, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>Runs the program to its end.</summary>
    protected async Task<(int Status, string Output, string Error)> RunAsync(params string[] words)
    {
        using var process = Start(words, []);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, output, await error);
    }

    private Process Start(string[] words, (string Name, string Value)[] more)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Silo.Program).Assembly.Location, .. words])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Cluster__SiloPort"] = "0";
        foreach (var (name, value) in more)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>The address that a start prints.</summary>
    [GeneratedRegex("http://127.0.0.1:[0-9]+")]
    protected static partial Regex Url();

    /// <summary>A key that a start prints.</summary>
    [GeneratedRegex("sk-preset-v1-[0-9a-f]{64}")]
    protected static partial Regex Key();
}
