using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Orleans.Configuration;
using Presets.Api;
using Presets.Grains;

namespace Presets.Silo;

/// <summary>What makes the API's program a node of a cluster.</summary>
internal static class ClusterNode
{
    // Orleans' name for Npgsql.
    private const string Invariant = "Npgsql";

    /// <summary>Registers the silo and the presets that its cluster's grains hold.</summary>
    public static void AddClusterPresets(this WebApplicationBuilder builder, ClusterNodeOptions node)
    {
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        // It warns at every start that the heap is not the server one, which is meant.
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        // Orleans places grains through it, and it tells of every placement and every retry.
        builder.Logging.AddFilter("Polly", LogLevel.Error);
        // Its first look may take the machine's uptime for a stall.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // They tell of each silo's share of a ring that they have no use for.
        builder.Logging.AddFilter(typeof(SiloProbe).FullName, LogLevel.Warning);
        builder.Logging.AddFilter(typeof(PresetRelay).FullName, LogLevel.Warning);
        builder.Services.AddClusterPresets(node);
        builder.Services.AddHostedService<OrleansTables>();
        builder.Services.AddHostedService<ClusterPurge>();
        builder.Services.AddSingleton<WarmUp>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        builder.Services.AddHealthChecks().AddCheck<SiloCheck>("silo").AddCheck<WarmUp>("warm-up");
        var connectionString = builder.Configuration.GetConnectionString("Presets");
        builder.UseOrleans(silo => Configure(silo, node, connectionString));
    }

    /// <summary>Registers the presets that the cluster's grains hold, and how this node passes by a silo that does not answer.</summary>
    public static void AddClusterPresets(this IServiceCollection services, ClusterNodeOptions node)
    {
        services.AddSingleton(node);
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<PresetGrains>();
        services.AddSingleton(new ActiveWriters(node.GrainIdleTime / 4, node.MaxActivePresets));
        services.AddSingleton<WriterReplies>();
        services.AddSingleton<PresetRelays>();
        services.AddSingleton<RelayServer>();
        services.AddGrainService<PresetRelay>();
        services.AddSingleton<SiloProbeClient>();
        services.AddGrainService<SiloProbe>();
        services.AddSingleton<SiloHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<SiloHealth>());
        services.AddSingleton(provider => new QueueBudget(provider.GetRequiredService<PresetsOptions>().QueueBytes));
        services.AddSingleton(provider => new PresetWriterOptions
        {
            HeadMaxAge = provider.GetRequiredService<PresetsOptions>().HeadMaxAge,
            OtherWriters = true,
        });
        services.AddSingleton(provider => new LocalPresets(
            provider.GetRequiredService<IPresetStore>(),
            provider.GetRequiredService<QueueBudget>(),
            provider.GetRequiredService<PresetWriterOptions>(),
            provider.GetRequiredService<PresetsOptions>().HeadCacheBytes,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPresets, ClusterPresets>();
    }

    /// <summary>Configures a silo; the tests' clusters use it, too.</summary>
    /// <param name="connectionString">The presets' database; on SQLite the silo is alone.</param>
    public static void Configure(ISiloBuilder silo, ClusterNodeOptions node, string? connectionString)
    {
        if (IsPostgres(connectionString))
        {
            // Membership keeps Orleans' defaults: three probes of 5 s missed, two votes. On a starved machine shorter ones evict nodes that
            // are only slow, and nothing waits for them here: a silo that does not answer is passed by after half a second.
            silo.UseAdoNetClustering(clustering =>
            {
                clustering.Invariant = Invariant;
                clustering.ConnectionString = connectionString;
            });
            silo.AddAdoNetGrainStorageAsDefault(storage =>
            {
                storage.Invariant = Invariant;
                storage.ConnectionString = connectionString;
            });
            silo.ConfigureEndpoints(
                node.AdvertisedAddress ?? OwnAddress(),
                node.SiloPort == 0 ? FreePort() : node.SiloPort,
                gatewayPort: 0,
                listenOnAnyHostAddress: node.AdvertisedAddress is not { } address || !IPAddress.IsLoopback(address));
        }
        else
        {
            // Nobody else speaks to it, so another Orleans program on the machine must not be in its way.
            silo.UseLocalhostClustering(FreePort(), gatewayPort: 0);
            silo.AddMemoryGrainStorageAsDefault();
        }

        silo.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = node.ClusterId;
            options.ServiceId = node.ServiceId;
        });
        silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = node.GrainIdleTime);
        // Where grains are is remembered for as many as a node is likely to be asked for; Orleans' million would take a few hundred megabytes.
        silo.Configure<GrainDirectoryOptions>(options => options.CacheSize = 100_000);
        silo.Configure<SiloMessagingOptions>(options =>
        {
            // Nobody waits longer than the grain call timeout for an answer; this bounds what is kept of calls that went unanswered.
            options.ResponseTimeout = TimeSpan.FromSeconds(10);
            options.SystemResponseTimeout = TimeSpan.FromSeconds(10);
        });
    }

    // The first IPv4 address of a network interface that is up, or loopback.
    private static IPAddress OwnAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up)
            .Where(card => card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)
        ?? IPAddress.Loopback;

    // Orleans puts the port into the silo's address before it listens, so it has to be known by then.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsPostgres(string? connectionString) =>
        !string.IsNullOrEmpty(connectionString)
        && new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString } is var parts
        && (parts.ContainsKey("Host") || parts.ContainsKey("Server"));
}
