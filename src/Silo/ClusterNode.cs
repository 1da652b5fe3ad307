using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using OpenTelemetry.Metrics;
using Orleans.Configuration;
using Presets.Api;
using Presets.Grains;
using Presets.Storage;

namespace Presets.Silo;

/// <summary>Makes a program of the API a node of a cluster.</summary>
internal static class ClusterNode
{
    // Orleans' name for Npgsql.
    private const string Invariant = "Npgsql";

    /// <summary>Registers the silo and the presets that its cluster's grains hold.</summary>
    public static void AddClusterPresets(this WebApplicationBuilder builder, ClusterNodeOptions node)
    {
        builder.Services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<PresetsOptions>();
            return new PresetWriterOptions
            {
                HeadMaxAge = options.HeadMaxAge,
                HeadCacheBytes = options.HeadCacheBytes,
                QueueBytes = options.QueueBytes,
            };
        });
        builder.Services.AddClusterPresets(node);
        builder.Services.AddHostedService<OrleansTables>();
        builder.Services.AddSingleton<WarmUp>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        builder.Services.AddHealthChecks().AddCheck<SiloCheck>("silo").AddCheck<WarmUp>("warm-up");
        builder.Services.ConfigureOpenTelemetryMeterProvider(
            static metrics => metrics.AddMeter("Presets.Cluster", "Microsoft.Orleans"));
        builder.Logging.AddOrleansFilters();
        var connectionString = builder.Configuration.GetConnectionString("Presets");
        var isAlone = connectionString is null || !StorageFactory.IsPostgres(connectionString);
        // No other silo connects to one that is alone, so its port must only not collide with another program's.
        var address = isAlone ? IPAddress.Loopback : node.AdvertisedAddress ?? OwnAddress();
        var isLocal = IPAddress.IsLoopback(address);
        var port = new SiloPort(isLocal ? address : IPAddress.Any, isAlone ? 0 : node.SiloPort);
        // Before the silo, so that it is started first.
        builder.Services.AddHostedService(_ => port);
        builder.UseOrleans(silo =>
        {
            if (isAlone)
                silo.UseLocalhostClustering(port.Number, gatewayPort: 0).AddMemoryGrainStorageAsDefault();
            else
                silo.ConfigureEndpoints(address, port.Number, gatewayPort: 0, listenOnAnyHostAddress: !isLocal)
                    .JoinCluster(connectionString!);
            silo.ConfigureSilo(node);
        });
    }

    private static void AddOrleansFilters(this ILoggingBuilder logging)
    {
        logging.AddFilter("Orleans", LogLevel.Warning);
        // It warns at every start that the heap is not the server one, which is meant.
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        // Orleans places grains through it, and it tells of every placement and every retry.
        logging.AddFilter("Polly", LogLevel.Error);
        // Its first look may take the machine's uptime for a stall.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
    }

    /// <summary>The nodes on one Postgres find each other in its tables.</summary>
    private static void JoinCluster(this ISiloBuilder silo, string connectionString)
    {
        // Membership keeps Orleans' defaults: three probes of 5 s missed, two votes. On a starved machine shorter ones
        // evict nodes that are only slow, and nothing waits for them here: a silo that does not answer is bypassed
        // after half a second.
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
    }

    private static void ConfigureSilo(this ISiloBuilder silo, ClusterNodeOptions node)
    {
        silo.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = node.ClusterId;
            options.ServiceId = node.ServiceId;
        });
        silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = node.GrainIdleTime);
        // The places of as many grains are remembered as a node is likely to be asked for. Orleans' million would take
        // a few hundred megabytes.
        silo.Configure<GrainDirectoryOptions>(options => options.CacheSize = 20_000);
        silo.Configure<SiloMessagingOptions>(options =>
        {
            // Nobody waits longer than the grain call timeout for an answer; this bounds what is kept of calls that
            // went unanswered.
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
}
