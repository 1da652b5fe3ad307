using Npgsql;
using Presets.Storage;
using Presets.Withstand.Tests;
using Xunit.Abstractions;

namespace Presets.Silo.Tests;

/// <summary>
/// Nodes of one cluster, each a process of its own, on a Postgres of their own; everything is gone afterwards.
/// </summary>
internal sealed class ClusterSite : IAsyncDisposable
{
    private readonly ITestOutputHelper output;
    private readonly (string Name, string Value)[] settings;
    private readonly List<(ApiProcess Process, int SiloPort)> nodes = [];
    private readonly List<ApiClient> clients = [];
    private readonly string key = "sk-preset-v1-" + Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");

    private ClusterSite(
        PostgresServer server,
        string connectionString,
        ITestOutputHelper output,
        (string Name, string Value)[] settings)
    {
        Server = server;
        ConnectionString = connectionString;
        this.output = output;
        this.settings = settings;
    }

    public PostgresServer Server { get; }

    public string ConnectionString { get; }

    public int Count => nodes.Count;

    /// <summary>Starts three nodes at once on an empty database.</summary>
    /// <param name="settings">What the nodes' environment has further.</param>
    public static async Task<ClusterSite> StartAsync(
        ITestOutputHelper output, params (string Name, string Value)[] settings)
    {
        var server = await PostgresServer.StartPrivateAsync();
        var site = new ClusterSite(server, await server.CreateDatabaseAsync(), output, settings);
        try
        {
            var started = await Task.WhenAll(
                Enumerable.Range(0, 3).Select(_ => site.StartNodeAsync(ApiProcess.FreePort(), ApiProcess.FreePort())));
            foreach (var node in started)
                site.Take(node);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public ApiProcess Node(int node) => nodes[node].Process;

    public ApiClient ClientOf(int node) => clients[node];

    /// <summary>What the nodes have logged with a trace id.</summary>
    public string LogOf(string traceId) => string.Join('\n', nodes.SelectMany(node =>
        node.Process.Log.Split('\n').Where(line => line.Contains(traceId, StringComparison.Ordinal))));

    /// <summary>Starts a node in the place of one that has ended; its clients find it at the old address.</summary>
    /// <param name="sameSiloPort">Whether the others, too, find it where the old one was.</param>
    public async Task RestartNodeAsync(int node, bool sameSiloPort)
    {
        var (old, siloPort) = nodes[node];
        nodes[node] = await StartNodeAsync(old.Port, sameSiloPort ? siloPort : ApiProcess.FreePort());
        Tell(node, old);
        await old.DisposeAsync();
    }

    /// <summary>Whether the cluster has declared a node's silo dead.</summary>
    public async Task<bool> IsDeadAsync(int node)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        // 6 is Orleans' SiloStatus.Dead; a silo that is started again at the same port has a later generation.
        await using var dead = new NpgsqlCommand(
            "select status = 6 from orleans_membership where port = $1 order by generation desc limit 1", connection);
        dead.Parameters.AddWithValue(nodes[node].SiloPort);
        return (bool)(await dead.ExecuteScalarAsync())!;
    }

    /// <summary>Returns when the cluster has declared a node's silo dead.</summary>
    public async Task WithoutAsync(int node)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(60); !await IsDeadAsync(node); await Task.Delay(100))
            Assert.True(DateTime.UtcNow < deadline, "the cluster has not noticed that the silo is gone");
    }

    /// <summary>Does to the schema what a node of a later release would do at its start.</summary>
    public async Task MigrateToNextAsync()
    {
        await using var database = new PostgresDatabase(ConnectionString);
        await database.MigrateAsync(typeof(ClusterSite).Assembly, "NextRelease.", CancellationToken.None);
    }

    /// <summary>The names of the migrations that were applied.</summary>
    public async Task<IReadOnlyList<string>> MigrationsAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var names = new NpgsqlCommand(
            "select array_agg(name order by name) from schema_migrations", connection);
        return (string[])(await names.ExecuteScalarAsync())!;
    }

    /// <summary>What the tables hold.</summary>
    public Task<VersionTable> ReadTableAsync() => VersionTable.ReadAsync(ConnectionString);

    /// <summary>Every version is there that was answered, none twice, and no number is missing.</summary>
    public async Task<VersionTable> AssertNothingLostAsync(ClusterLoad load)
    {
        var table = await ReadTableAsync();
        table.AssertSound();
        table.AssertHolds(load.Stored);
        Assert.Equal(table.Rows.Count(), table.Rows.Select(row => row.Mark).Distinct().Count());
        return table;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            client.Dispose();
        for (var node = 0; node < nodes.Count; node++)
        {
            Tell(node, nodes[node].Process);
            await nodes[node].Process.DisposeAsync();
        }

        await Server.DisposeAsync();
    }

    private void Take((ApiProcess Process, int SiloPort) node)
    {
        nodes.Add(node);
        clients.Add(new ApiClient(node.Process.Port, key));
    }

    private async Task<(ApiProcess Process, int SiloPort)> StartNodeAsync(int port, int siloPort)
    {
        var process = await ApiProcess.StartAsync(
            ConnectionString,
            key,
            port,
            [
                ("Cluster__ClusterId", "withstand"),
                ("Cluster__SiloPort", $"{siloPort}"),
                ("Cluster__AdvertisedAddress", "127.0.0.1"),
                // Time for whoever sends requests to notice that the node goes.
                ("Presets__DrainTime", "1"),
                .. settings,
            ]);
        return (process, siloPort);
    }

    private void Tell(int node, ApiProcess process)
    {
        var lines = process.Log.Split('\n').TakeLast(60).Select(line => line.Length > 800 ? line[..800] : line);
        output.WriteLine($"Node {node}, silo {nodes[node].SiloPort}:\n{string.Join('\n', lines)}");
    }
}
