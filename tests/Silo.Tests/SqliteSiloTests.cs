using System.Net;
using System.Net.Sockets;
using Presets.Withstand.Tests;

namespace Presets.Silo.Tests;

/// <summary>
/// The silo of a node on SQLite is alone and must not be in the way of others on the machine, nor they in its way.
/// </summary>
public sealed class SqliteSiloTests
{
    [Fact]
    public async Task Two_nodes_start_at_once_beside_a_program_on_the_ports_that_Orleans_takes_by_default()
    {
        using var silo = Occupy(11111);
        using var gateway = Occupy(30000);

        var sites = await Task.WhenAll(Site.StartAsync(Engine.Sqlite), Site.StartAsync(Engine.Sqlite));
        await using var first = sites[0];
        await using var second = sites[1];

        foreach (var site in sites)
        {
            Assert.Equal(1, (await site.Client.CreateAsync(Create.New("same-slug"))).Stored().Number);
            for (var deadline = DateTime.UtcNow.AddSeconds(30); !await IsReadyAsync(site); await Task.Delay(20))
                Assert.True(DateTime.UtcNow < deadline, $"the node is not ready:\n{site.Node.Log}");
            Assert.DoesNotContain("\"LogLevel\"", site.Node.Log, StringComparison.Ordinal);
        }
    }

    private static async Task<bool> IsReadyAsync(Site site) =>
        (await site.Client.GetAsync("health/ready")).Status == 200;

    /// <summary>Listens on a port, unless somebody else does already.</summary>
    private static TcpListener Occupy(int port)
    {
        var listener = new TcpListener(IPAddress.Any, port);
        try
        {
            listener.Start();
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // As good.
        }

        return listener;
    }
}
