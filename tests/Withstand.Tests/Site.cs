using Microsoft.Data.Sqlite;
using Npgsql;
using Presets.Storage;

namespace Presets.Withstand.Tests;

/// <summary>A database and the nodes on it; everything is gone afterwards.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<ApiProcess> nodes = [];
    private readonly List<ApiClient> clients = [];
    private readonly DirectoryInfo? folder;

    private Site(string connectionString, DirectoryInfo? folder)
    {
        ConnectionString = connectionString;
        this.folder = folder;
    }

    /// <summary>Whether the long forms are asked for.</summary>
    public static bool IsSoak => Environment.GetEnvironmentVariable("PRESETS_SOAK") == "1";

    public string Key { get; } = "sk-preset-v1-" + Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");

    public string ConnectionString { get; }

    public ApiProcess Node => nodes[^1];

    public ApiClient Client => clients[^1];

    /// <summary>
    /// A fresh database with a number of nodes on it; Postgres is the one that the tests share, unless a server is
    /// given.
    /// </summary>
    public static async Task<Site> StartAsync(
        Engine engine, int nodes = 1, PostgresServer? server = null, params (string Name, string Value)[] settings)
    {
        var folder = engine == Engine.Sqlite ? Directory.CreateTempSubdirectory("presets-withstand-") : null;
        var site = new Site(
            folder is not null
                ? $"Data Source={Path.Combine(folder.FullName, "presets.db")}"
                : await (server ?? await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
            folder);
        while (site.nodes.Count < nodes)
            await site.AddNodeAsync(settings: settings);
        return site;
    }

    /// <summary>Starts a node on a port that is free, or the one given.</summary>
    public async Task AddNodeAsync(int? port = null, params (string Name, string Value)[] settings)
    {
        nodes.Add(await ApiProcess.StartAsync(ConnectionString, Key, port ?? ApiProcess.FreePort(), settings));
        clients.Add(NewClient());
    }

    public ApiClient ClientOf(int node) => clients[node];

    /// <summary>A client with connections of its own to the newest node.</summary>
    public ApiClient NewClient() => new(Node.Port, Key);

    /// <summary>What the tables hold.</summary>
    public Task<VersionTable> ReadTableAsync() => VersionTable.ReadAsync(ConnectionString);

    /// <summary>Lets no write through, from outside the nodes, until the answer is disposed; reads go on.</summary>
    public async Task<IAsyncDisposable> HoldWritesAsync()
    {
        if (folder is not null)
        {
            var file = new SqliteConnection(ConnectionString + ";Pooling=false");
            await file.OpenAsync();
            await using var begin = file.CreateCommand();
            begin.CommandText = "begin immediate";
            await begin.ExecuteNonQueryAsync();
            return file;
        }

        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand("begin; lock table presets in share mode", connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            client.Dispose();
        foreach (var node in nodes)
            await node.DisposeAsync();
        folder?.Delete(recursive: true);
    }
}

/// <summary>All versions of a database, read past the nodes.</summary>
internal sealed class VersionTable
{
    private readonly Dictionary<string, List<Row>> presets = [];

    public IReadOnlyDictionary<string, List<Row>> Presets => presets;

    public IEnumerable<Row> Rows => presets.Values.SelectMany(rows => rows);

    public static async Task<VersionTable> ReadAsync(string connectionString)
    {
        var table = new VersionTable();
        await using var database = StorageFactory.CreateDatabase(connectionString, TimeProvider.System);
        var rows = await database.ReadAsync(
            connection => connection.ListAsync(
                """
                select p.slug, p.latest_version, v.version, v.id, v.config, v.system_prompt
                from presets p left join preset_versions v on v.preset_id = p.id
                order by p.slug, v.version
                """,
                row => new Row(
                    row.Next<string>(), row.Next<int>(), row.Next<int>(), row.Next<Guid>(), row.Next<string>(),
                    row.Next<string>())),
            CancellationToken.None);
        foreach (var row in rows)
        {
            if (!table.presets.TryGetValue(row.Slug, out var versions))
                table.presets[row.Slug] = versions = [];
            versions.Add(row);
        }

        return table;
    }

    /// <summary>
    /// Versions are 1, 2, 3 ... to what the preset's row says; each is whole: its config and its prompt bear the same
    /// mark.
    /// </summary>
    public void AssertSound()
    {
        foreach (var (slug, rows) in presets)
        {
            Assert.True(
                rows.Select(row => row.Number).SequenceEqual(Enumerable.Range(1, rows[0].Latest)),
                $"{slug}: latest is {rows[0].Latest}, there are {string.Join(' ', rows.Select(row => row.Number))}");
            foreach (var row in rows)
                Assert.Equal($$"""{"model":"test/one","temperature":0.2,"stop":["{{row.Mark}}"]}""", row.Config);
        }
    }

    /// <summary>Every answered create is there as it was answered.</summary>
    public void AssertHolds(IEnumerable<(Create Create, Answer Answer)> answered)
    {
        var byId = Rows.ToDictionary(row => row.Id);
        foreach (var (create, answer) in answered)
        {
            Assert.True(
                byId.TryGetValue(answer.Id, out var row),
                $"{create} was answered with {answer.Number} {answer.Id}, and is not there");
            Assert.Equal((create.Slug, create.Mark, answer.Number), (row.Slug, row.Mark, row.Number));
        }
    }

    internal sealed record Row(string Slug, int Latest, int Number, Guid Id, string Config, string Mark);
}
