using System.Net;
using System.Net.Sockets;
using Presets.Api.Tests;
using Presets.Withstand.Tests;

namespace Presets.Silo.Tests;

public sealed class SiloPortTests : ProgramTests
{
    [PostgresFact]
    public Task A_second_node_on_the_port_of_the_first_refuses_to_start() => RefusesAsync();

    [PostgresFact]
    public Task A_second_node_on_the_same_loopback_port_refuses_to_start() =>
        RefusesAsync(("Cluster__AdvertisedAddress", "127.0.0.1"));

    [PortRangeFact]
    public async Task The_system_gives_the_port_to_no_connection_before_the_silo_listens()
    {
        using var port = new SiloPort(IPAddress.Loopback, 0);
        await port.StartAsync(CancellationToken.None);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // IP_LOCAL_PORT_RANGE: the only port that the system may choose.
        client.SetRawSocketOption(
            0, PortRangeFactAttribute.Option, BitConverter.GetBytes((uint)port.Number << 16 | (uint)port.Number));

        var refusal = await Assert.ThrowsAsync<SocketException>(
            async () => await client.ConnectAsync(server.LocalEndPoint!));

        Assert.Equal(SocketError.AddressNotAvailable, refusal.SocketErrorCode);
    }

    private async Task RefusesAsync(params (string Name, string Value)[] more)
    {
        var port = ApiProcess.FreePort();
        (string Name, string Value)[] settings = [("Cluster__SiloPort", $"{port}"), .. more];
        await using var first = await Site.StartAsync(Engine.Postgres, settings: settings);
        var words = settings.Select(setting => $"--{setting.Name.Replace("__", ":")}={setting.Value}");

        var second = await RunAsync(
            ["--urls", "http://127.0.0.1:0", $"--ConnectionStrings:Presets={first.ConnectionString}", .. words]);

        Assert.Equal((2, ""), (second.Status, second.Output));
        Assert.Contains($"Cluster:SiloPort (Cluster__SiloPort) is {port}, ", second.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await first.Client.CreateAsync(Create.New("slug"))).Stored().Number);
    }

    private sealed class PortRangeFactAttribute : FactAttribute
    {
        public const int Option = 51;

        public PortRangeFactAttribute()
        {
            if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < new Version(6, 3))
                Skip = "This needs Linux 6.3, where a socket can be told its local port.";
        }
    }
}
