using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Presets.Withstand.Tests;

namespace Presets.Silo.Tests;

/// <summary><c>deploy/local-cluster</c>, which runs nodes and a PostgreSQL.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class LocalClusterTests
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int Terminate = 15;

    private static readonly string Script = typeof(LocalClusterTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "LocalCluster").Value!;

    [PostgresFact]
    public Task An_impatient_Ctrl_C_leaves_nothing_running() => StopAsync(Interrupt);

    [PostgresFact]
    public Task A_second_SIGTERM_leaves_nothing_running() => StopAsync(Terminate);

    private static async Task StopAsync(int signal)
    {
        var data = Directory.CreateTempSubdirectory("presets-local-cluster-");
        // The server runs as another user when this is root.
        File.SetUnixFileMode(data.FullName, (UnixFileMode)0b111_101_101);
        int[] ports = [ApiProcess.FreePort(), ApiProcess.FreePort(), ApiProcess.FreePort()];
        // In a group of its own, which is what a terminal signals.
        using var script = Process.Start(new ProcessStartInfo(
            "setsid",
            [
                Script, "--no-build", "--nodes", "1", "--port", $"{ports[0]}", "--silo-port", $"{ports[1]}",
                "--postgres-port", $"{ports[2]}", "--data", data.FullName,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = script.StandardError.ReadToEndAsync();
            string? line;
            do
                line = await script.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
            while (line?.StartsWith("logs:", StringComparison.Ordinal) == false);
            Assert.True(line is not null, line is null ? await errors : "");

            for (var deadline = DateTime.UtcNow.AddSeconds(60); !script.HasExited; await Task.Delay(20))
            {
                Assert.True(DateTime.UtcNow < deadline, "it does not end");
                _ = kill(-script.Id, signal);
            }

            Assert.Equal(0, script.ExitCode);
            Assert.False(File.Exists(Path.Combine(data.FullName, "postgres", "postmaster.pid")), "the server is left");
            foreach (var port in ports)
                Assert.False(IsTaken(port), $"somebody still listens on {port}");
        }
        finally
        {
            _ = kill(-script.Id, Kill);
            data.Delete(recursive: true);
        }
    }

    private static bool IsTaken(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
