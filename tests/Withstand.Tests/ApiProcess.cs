using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;

// Each test wants both cores for its own processes.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Presets.Withstand.Tests;

/// <summary>A node as a process of its own, with its log.</summary>
internal sealed partial class ApiProcess : IAsyncDisposable
{
    private const int Terminate = 15;

    private static readonly string Program = typeof(ApiProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "NodeProgram").Value!;

    private readonly Process process;
    private readonly Queue<string> log = new();

    private ApiProcess(Process process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The memory that is resident now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The most memory that was resident since <see cref="ForgetPeak"/>, in bytes.</summary>
    public long PeakBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Begins to measure <see cref="PeakBytes"/>.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{process.Id}/clear_refs", "5");

    /// <summary>The last lines of the log.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return string.Join('\n', log);
        }
    }

    /// <summary>Starts a node and returns when it listens.</summary>
    public static async Task<ApiProcess> StartAsync(
        string connectionString, string key, int port, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "--urls", $"http://127.0.0.1:{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["ConnectionStrings__Presets"] = connectionString;
        start.Environment["Presets__BootstrapKey"] = key;
        // The same after a kill: Orleans knows the dead node by it.
        start.Environment["Cluster__SiloPort"] = (port + 10_000).ToString(CultureInfo.InvariantCulture);
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var node = new ApiProcess(Process.Start(start)!, port);
        node.process.ErrorDataReceived += (_, line) => node.Note(line.Data);
        node.process.BeginErrorReadLine();
        var listening = new TaskCompletionSource();
        node.process.OutputDataReceived += (_, line) =>
        {
            node.Note(line.Data);
            if (line.Data is null)
                listening.TrySetException(new InvalidOperationException("the node ended before it listened"));
            else if (line.Data.StartsWith("Presets listens on", StringComparison.Ordinal))
                listening.TrySetResult();
        };
        node.process.BeginOutputReadLine();
        try
        {
            await listening.Task.WaitAsync(TimeSpan.FromSeconds(60));
            return node;
        }
        catch (Exception failure)
        {
            await node.DisposeAsync();
            throw new InvalidOperationException($"the node did not start:\n{node.Log}", failure);
        }
    }

    /// <summary>
    /// Below the range from which the system takes the ports of outgoing connections, so that it is still free after a
    /// stop.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 20_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }

    /// <summary>Ends the process as a power cut would: SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Takes the processor from the process, as a paused virtual machine would: SIGSTOP.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets a frozen process go on.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Asks the process to end, by SIGTERM.</summary>
    public void AskToEnd() => Assert.Equal(0, kill(process.Id, Terminate));

    /// <summary>Returns the exit status, when the process has ended.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    // By name: the numbers are not the same on all systems.
    private async Task SignalAsync(string signal)
    {
        using var sent = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await sent.WaitForExitAsync();
        Assert.Equal(0, sent.ExitCode);
    }

    private void Note(string? line)
    {
        if (line is null)
            return;
        lock (log)
        {
            log.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {line}"));
            if (log.Count > 200)
                log.Dequeue();
        }
    }
}
