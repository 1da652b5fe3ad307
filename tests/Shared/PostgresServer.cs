using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Presets.Testing;

/// <summary>
/// A Postgres for tests: a private server started from the installed binaries, or the one that
/// <c>PRESETS_TEST_POSTGRES</c> names (a connection string of a user who may create databases). A private server and
/// its files are gone when this process is, however it ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Names a server to use instead of a private one.</summary>
    public const string Variable = "PRESETS_TEST_POSTGRES";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => StartAsync());

    private readonly NpgsqlConnectionStringBuilder server;
    private readonly PostgresProcess? process;
    private int databases;

    private PostgresServer(NpgsqlConnectionStringBuilder server, PostgresProcess? process)
    {
        this.server = server;
        this.process = process;
    }

    /// <summary>Why no Postgres can be had here; null when one can.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } || PostgresProcess.Binaries is not null
            ? null
            : $"no Postgres: neither {Variable} is set nor are initdb and postgres installed";

    /// <summary>One server for all tests of this process that do not stop it.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>The server of <c>PRESETS_TEST_POSTGRES</c>, else a private one.</summary>
    public static async Task<PostgresServer> StartAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
            ? new PostgresServer(new NpgsqlConnectionStringBuilder(given), null)
            : await StartPrivateAsync();

    /// <summary>
    /// A server of its own, which may be stopped and started again. Its settings are the durable defaults.
    /// </summary>
    public static async Task<PostgresServer> StartPrivateAsync()
    {
        var process = await PostgresProcess.CreateAsync();
        var address = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = process.Port,
            Username = "postgres",
        };
        var server = new PostgresServer(address, process);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>How to reach <paramref name="database"/> on this server.</summary>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database }.ConnectionString;

    /// <summary>Creates an empty database and returns its connection string.</summary>
    /// <param name="options">What follows its name in <c>create database</c>.</param>
    public async Task<string> CreateDatabaseAsync(string options = "")
    {
        var number = Interlocked.Increment(ref databases);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"presets_{Environment.ProcessId}_{number}_{Guid.NewGuid():N}");
        await using var connection = new NpgsqlConnection(AdministrationString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name} {options}", connection);
        await create.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>
    /// Stops a private server: its clients' connections break. <paramref name="immediate"/> is a crash: nothing is
    /// written first.
    /// </summary>
    public Task StopAsync(bool immediate = false) => Private.StopAsync(immediate);

    /// <summary>
    /// Starts a private server that was stopped, on the same port, and returns when it takes connections.
    /// </summary>
    public async Task StartAgainAsync()
    {
        Private.Start();
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = new NpgsqlConnection(AdministrationString);
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (Private.IsRunning && waited.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(20);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
    }

    private PostgresProcess Private =>
        process ?? throw new InvalidOperationException($"the server of {Variable} is not this test's to stop");

    private string AdministrationString => new NpgsqlConnectionStringBuilder(server.ConnectionString)
    {
        Database = server.Database ?? "postgres",
        Pooling = false,
        Timeout = 5,
    }.ConnectionString;
}

/// <summary>The processes and the folder of a private server.</summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    // The shell outlives neither its server nor this process: when its input ends, it stops the server and removes the
    // folder.
    private const string Keeper = """
        "$1/postgres" -D "$2/data" -p "$3" -k "$2" \
            -c listen_addresses=127.0.0.1 -c max_connections=400 >>"$2/log" 2>&1 &
        server=$!
        read mode
        case "$mode" in fast) kill -INT $server ;; *) kill -QUIT $server ;; esac
        wait $server
        [ -n "$mode" ] || rm -rf "$2"
        """;

    private readonly string folder;
    private Process? keeper;

    private PostgresProcess(string folder, int port)
    {
        this.folder = folder;
        Port = port;
    }

    /// <summary>
    /// The folder of <c>initdb</c> and <c>postgres</c>, the newest release first; null when there is none.
    /// </summary>
    public static string? Binaries { get; } = FindBinaries();

    public int Port { get; }

    public bool IsRunning => keeper is { HasExited: false };

    public static async Task<PostgresProcess> CreateAsync()
    {
        var binaries = Binaries ?? throw new InvalidOperationException(PostgresServer.Missing);
        var folder = Directory.CreateTempSubdirectory("presets-postgres-").FullName;
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["postgres", folder], asRoot: true);
        await RunAsync(Path.Combine(binaries, "initdb"),
            [
                "-D", Path.Combine(folder, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
                "--no-sync",
            ]);
        return new PostgresProcess(folder, FreePort());
    }

    public void Start() =>
        keeper = Run("sh", ["-c", Keeper, "sh", Binaries!, folder, Port.ToString(CultureInfo.InvariantCulture)]);

    public async Task StopAsync(bool immediate)
    {
        if (keeper is null)
            return;
        await keeper.StandardInput.WriteLineAsync(immediate ? "immediate" : "fast");
        await keeper.StandardInput.FlushAsync();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
        keeper = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (keeper is null)
            Start();
        keeper!.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
        keeper = null;
    }

    private static async Task RunAsync(string program, string[] arguments, bool asRoot = false)
    {
        using var process = Run(program, arguments, asRoot);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }

    // Postgres refuses to run as root; its package brings the user "postgres".
    private static Process Run(string program, string[] arguments, bool asRoot = false)
    {
        string[] command = Environment.IsPrivilegedProcess && !asRoot
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]
            : [program, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
    }

    // Below the range from which the system takes the ports of outgoing connections, so that it is still free after a
    // stop.
    private static int FreePort()
    {
        for (; ; )
        {
            var port = Random.Shared.Next(20_000, 32_000);
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

    private static string? FindBinaries()
    {
        string[] roots = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];
        var installed = roots
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .OrderByDescending(ReleaseOf)
            .Select(folder => Path.Combine(folder, "bin"));
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(installed)
            .FirstOrDefault(folder =>
                File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private static int ReleaseOf(string folder) =>
        int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var release) ? release : 0;
}
