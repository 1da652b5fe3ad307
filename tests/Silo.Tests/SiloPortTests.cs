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
}
