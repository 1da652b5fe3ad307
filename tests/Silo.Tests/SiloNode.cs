using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Presets.Api.Hosting;
using Presets.Api.Tests.Hosts;
using Presets.Withstand.Tests;

namespace Presets.Silo.Tests;

/// <summary>A cluster of one node in this process.</summary>
internal sealed class SiloNode : ApiHost
{
    private readonly WebApplication app;

    private SiloNode(string connectionString)
    {
        string[] words =
        [
            "--urls", "http://127.0.0.1:0",
            "--ConnectionStrings:Presets", connectionString,
            "--Presets:BootstrapKey", Key,
            "--Presets:BootstrapManagementKey", ManagementKey,
            "--Cluster:SiloPort", $"{ApiProcess.FreePort()}",
            "--Cluster:AdvertisedAddress", "127.0.0.1",
        ];
        app = PresetsHost.Build(words, builder =>
        {
            builder.AddClusterPresets();
            builder.Logging.ClearProviders();
        });
    }

    /// <inheritdoc/>
    public override Uri Url => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a node on an empty database.</summary>
    public static async Task<SiloNode> StartAsync(Engine engine)
    {
        var node = new SiloNode(await EmptyDatabase.ConnectionStringAsync(engine));
        await node.app.StartAsync();
        return node;
    }

    /// <summary>Stops the silo alone, as the node does when it ends; the API still listens.</summary>
    public Task StopSiloAsync() => app.Services.GetServices<IHostedService>().Single(service => service.GetType().Name == "SiloHostedService").StopAsync(CancellationToken.None);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

/// <summary>A silo on each engine.</summary>
public sealed class SiloHosts : ApiHosts
{
    /// <inheritdoc/>
    protected override async Task<ApiHost> StartAsync(Engine engine) => await SiloNode.StartAsync(engine);
}

/// <summary>The tests that share one silo on each engine.</summary>
[CollectionDefinition(Name)]
public sealed class SiloCollection : ICollectionFixture<SiloHosts>
{
    public const string Name = "silo";
}
