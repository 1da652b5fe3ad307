using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.TestingHost;
using Presets.Silo;
using Presets.Storage;
using Presets.Testing;

namespace Presets.Grains.Tests;

/// <summary>Silos of one cluster in this process, each with connections of its own to one Postgres.</summary>
internal sealed class PresetCluster : IAsyncDisposable
{
    private readonly List<ScriptedStore> stores = [];
    private readonly PostgresDatabase database;
    private readonly InProcessTestCluster cluster;

    private PresetCluster(
        string connectionString,
        PostgresDatabase database,
        short silos,
        ClusterNodeOptions node,
        PresetWriterOptions limits,
        TimeProvider activeClock,
        TimeProvider copyClock,
        TimeProvider activityClock)
    {
        this.database = database;
        var builder = new InProcessTestClusterBuilder(silos) { Options = { InitializeClientOnDeploy = false } };
        builder.ConfigureSilo((_, silo) =>
        {
            var own = new PostgresDatabase(connectionString);
            var store = new ScriptedStore(StorageFactory.CreatePresetStore(own, TimeProvider.System));
            lock (stores)
                stores.Add(store);
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(limits);
            silo.Services.AddSingleton(_ => own);
            silo.Services.AddSingleton(store);
            silo.Services.Replace(ServiceDescriptor.Singleton<IPresetStore>(store));
            silo.Services.AddClusterPresets(node);
            silo.Services.AddSingleton(provider =>
                new ActiveWriters(node, provider.GetRequiredService<ClockEviction>(), activeClock));
            silo.Services.AddSingleton(provider =>
                new PresetCopies(provider.GetRequiredService<ClockEviction>(), copyClock));
            silo.Services.AddSingleton(_ => new NodeActivity(activityClock));
            silo.AddAdoNetGrainStorageAsDefault(storage =>
            {
                storage.Invariant = "Npgsql";
                storage.ConnectionString = connectionString;
            });
        });
        cluster = builder.Build();
    }

    /// <summary>The workspace that the tests write to.</summary>
    public Guid WorkspaceId { get; } = Guid.CreateVersion7();

    /// <summary>The tables, past every silo.</summary>
    public IPresetStore Tables => StorageFactory.CreatePresetStore(database, TimeProvider.System);

    public IReadOnlyList<InProcessSiloHandle> Silos => cluster.Silos;

    /// <param name="activeClock">Tells the age of grains' messages; null is the system's.</param>
    /// <param name="copyClock">Tells the age of copies; null is the system's.</param>
    /// <param name="activityClock">Ends the periods of what nodes did; null is the system's.</param>
    public static async Task<PresetCluster> StartAsync(
        short silos,
        ClusterNodeOptions? node = null,
        TimeSpan? headMaxAge = null,
        long headCacheBytes = 96 << 20,
        TimeProvider? activeClock = null,
        TimeProvider? copyClock = null,
        TimeProvider? activityClock = null)
    {
        var server = await PostgresServer.SharedAsync();
        var connectionString = await server.CreateDatabaseAsync();
        var database = new PostgresDatabase(connectionString);
        await database.StartAsync(alone: true, CancellationToken.None);
        await database.MigrateAsync(typeof(OrleansTables).Assembly, "Presets.Silo.Migrations.", CancellationToken.None);
        var started = new PresetCluster(
            connectionString,
            database,
            silos,
            node ?? new ClusterNodeOptions(),
            new PresetWriterOptions
            {
                HeadMaxAge = headMaxAge ?? TimeSpan.FromSeconds(1),
                HeadCacheBytes = headCacheBytes,
            },
            activeClock ?? TimeProvider.System,
            copyClock ?? TimeProvider.System,
            activityClock ?? TimeProvider.System);
        await started.AddWorkspaceAsync(started.WorkspaceId);
        await started.cluster.DeployAsync();
        return started;
    }

    public async Task<Guid> AddWorkspaceAsync(Guid id)
    {
        await database.WriteAsync(
            connection => connection.ExecuteAsync(
                "insert into workspaces (id, slug, name, is_default, created_at) values ($1, $2, 'Test', false, now())",
                id,
                id.ToString("N")),
            CancellationToken.None);
        return id;
    }

    /// <summary>Removes a preset as if it had never been, behind every silo's back.</summary>
    public Task PurgeAsync(PresetName name) =>
        database.WriteAsync(
            async connection =>
            {
                foreach (var statement in new[]
                {
                    "delete from preset_versions where preset_id in "
                    + "(select id from presets where workspace_id = $1 and slug = $2)",
                    "delete from presets where workspace_id = $1 and slug = $2",
                })
                    await connection.ExecuteAsync(statement, name.WorkspaceId, name.Slug);
                return true;
            },
            CancellationToken.None);

    public Task AddIdempotencyKeyAsync(string key, DateTimeOffset createdAt) =>
        database.WriteAsync(
            connection => connection.ExecuteAsync(
                """
                insert into idempotency_keys (workspace_id, key, fingerprint, version_id, created_at)
                values ($1, $2, '', $1, $3)
                """,
                WorkspaceId, key, createdAt),
            CancellationToken.None);

    public Task<List<string>> IdempotencyKeysAsync() =>
        database.ReadAsync(
            connection => connection.ListAsync(
                "select key from idempotency_keys order by key", row => row.Next<string>()),
            CancellationToken.None);

    /// <summary>The presets as the node of a silo serves them.</summary>
    public IPresets PresetsOf(int silo) => Silos[silo].ServiceProvider.GetRequiredService<IPresets>();

    /// <summary>The preset grains that are active on a silo.</summary>
    public ActiveWriters ActiveOf(int silo) => Silos[silo].ServiceProvider.GetRequiredService<ActiveWriters>();

    /// <summary>The store of a silo.</summary>
    public ScriptedStore StoreOf(int silo) => Silos[silo].ServiceProvider.GetRequiredService<ScriptedStore>();

    public IEnumerable<ScriptedStore> Stores => stores;

    public PresetName NewName() => new(WorkspaceId, "s" + Guid.NewGuid().ToString("N"));

    public IPresetGrain GrainOf(PresetName name, int silo = 0) =>
        Silos[silo].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IPresetGrain>(PresetGrainKey.Of(name));

    public Task DeactivateAsync(PresetName name) => DeactivateAsync(GrainOf(name));

    public Task DeactivateAsync(IAddressable grain) => cluster.DeactivateAsync(grain);

    public Task KillAsync(int silo) => cluster.KillSiloAsync(Silos[silo]);

    public static Append NewAppend(string text = "x") =>
        new(
            Guid.CreateVersion7(),
            "user_test",
            BodyKind.ChatCompletions,
            Encoding.UTF8.GetBytes($$"""{"model":"m/{{text}}"}"""),
            null);

    /// <summary>The number of the version that an answer shows.</summary>
    public static int VersionOf(PresetSnapshot? answer)
    {
        using var json = JsonDocument.Parse(answer!.Body);
        return json.RootElement.GetProperty("data").GetProperty("designated_version").GetProperty("version").GetInt32();
    }

    /// <summary>Checks the tables of each preset; see the other form.</summary>
    public async Task VerifyAsync(
        IEnumerable<PresetName> names, IReadOnlyCollection<(PresetName Name, Guid Id, int Version)> answered)
    {
        foreach (var name in names)
        {
            var own = answered.Where(each => each.Name == name).Select(each => (each.Id, each.Version));
            await VerifyAsync(name, own.ToArray());
        }
    }

    /// <summary>
    /// Checks the table: versions 1 ... n without a gap, and every answered one with the change it was answered for.
    /// </summary>
    public async Task VerifyAsync(PresetName name, IReadOnlyCollection<(Guid Id, int Version)> answered)
    {
        var stored = new List<PresetVersion>();
        for (long offset = 0; ; offset += 100)
        {
            var page = await Tables.ListVersionsAsync(name, offset, 100, CancellationToken.None);
            stored.AddRange(page!.Items);
            if (page.Items.Count < 100)
                break;
        }

        Assert.Equal(Enumerable.Range(1, stored.Count), stored.Select(version => version.Version));
        Assert.Equal(stored.Count, stored.Select(version => version.Id).Distinct().Count());
        var byNumber = stored.ToDictionary(version => version.Version, version => version.Id);
        Assert.All(answered, each => Assert.Equal(each.Id, byNumber[each.Version]));
        var head = await Tables.FindAsync(name, CancellationToken.None);
        Assert.Equal(stored.Count, head!.Preset.LatestVersion);
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        await database.DisposeAsync();
    }
}
