using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Presets.Grains;
using Presets.Silo;

namespace Presets.Api.Tests;

/// <summary>One node in this process, on a free port of a real Kestrel.</summary>
public sealed class OneNode : ApiHost
{
    private WebApplication? app;
    private Uri? url;

    /// <summary>What it logged.</summary>
    public LogCapture Logs { get; } = new();

    /// <inheritdoc/>
    public override Uri Url => url!;

    /// <summary>Its services.</summary>
    public IServiceProvider Services => app!.Services;

    /// <summary>Starts a node.</summary>
    /// <param name="connectionString">The database; a new one is made when it is null.</param>
    /// <param name="configure">What is to be otherwise than in the program.</param>
    /// <param name="settings">Further words of the command line.</param>
    public static async Task<OneNode> StartAsync(
        Engine engine, string? connectionString = null, Action<WebApplicationBuilder>? configure = null,
        params string[] settings)
    {
        var node = new OneNode();
        connectionString ??= await EmptyDatabase.ConnectionStringAsync(engine);
        string[] words =
        [
            "--urls", "http://127.0.0.1:0",
            "--ConnectionStrings:Presets", connectionString,
            "--Presets:BootstrapKey", node.Key,
            "--Presets:BootstrapManagementKey", node.ManagementKey,
            "--Cluster:SiloPort", "0",
            "--Cluster:AdvertisedAddress", "127.0.0.1",
            .. settings,
        ];
        node.app = PresetsHost.Build<ClusterNodeOptions>(words, ClusterNodeOptions.Section, (builder, cluster) =>
        {
            builder.AddClusterPresets(cluster);
            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(node.Logs);
            configure?.Invoke(builder);
        });
        await node.app.StartAsync();
        await node.Services.GetRequiredService<WarmUp>().Done;
        node.url = new Uri(
            node.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return node;
    }

    /// <summary>Stops the silo alone, as the node does when it ends; the API still listens.</summary>
    public Task StopSiloAsync() =>
        Services.GetServices<IHostedService>().Single(service => service.GetType().Name == "SiloHostedService")
            .StopAsync(CancellationToken.None);

    /// <summary>Tells it to stop, and returns at once.</summary>
    public Task StopAsync() => app!.StopAsync();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await app!.StopAsync();
        await app.DisposeAsync();
    }
}

/// <summary>One node on each engine.</summary>
public sealed class OneNodeHosts : ApiHosts
{
    /// <inheritdoc/>
    protected override async Task<ApiHost> StartAsync(Engine engine) => await OneNode.StartAsync(engine);
}

/// <summary>The tests that share one node on each engine.</summary>
[CollectionDefinition(Name)]
public sealed class OneNodeTests : ICollectionFixture<OneNodeHosts>
{
    public const string Name = "one node";
}
