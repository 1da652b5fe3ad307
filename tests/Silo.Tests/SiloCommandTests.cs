using Presets.Api.Tests;
using Presets.Withstand.Tests;

namespace Presets.Silo.Tests;

/// <summary>The program as one node's is run, without settings of a cluster; only the port is its own, so that these tests disturb no silo that runs here.</summary>
public sealed class SiloCommandTests() : CommandTests(typeof(SiloProgram).Assembly.Location, ("Cluster__SiloPort", $"{ApiProcess.FreePort()}"))
{
    [Fact]
    public async Task Every_fault_of_the_cluster_is_reported_together_each_by_name()
    {
        (string Name, string Value)[] settings =
        [
            ("SiloPort", "0"), ("GatewayPort", "65536"), ("AdvertisedAddress", "here"), ("GrainCallTimeout", "501"), ("ProbePeriod", "soon"), ("GrainIdleTime", "1"),
            ("MaxActivePresets", "many"),
            ("SiloPorts", "11111"),
        ];

        var run = await RunAsync([.. settings.Select(setting => $"--Cluster:{setting.Name}={setting.Value}")]);

        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.All(settings, setting => Assert.Contains($"  Cluster:{setting.Name} (Cluster__{setting.Name}) ", run.Error, StringComparison.Ordinal));
        Assert.Equal(settings.Length + 1, run.Error.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task Help_names_the_settings_of_the_cluster()
    {
        var run = await RunAsync("--help");

        Assert.Equal(0, run.Status);
        Assert.Contains("--Cluster:SiloPort ", run.Output, StringComparison.Ordinal);
    }
}

/// <summary>The copy is what a cluster on the data of one node begins with.</summary>
public sealed class SiloCopyCommandTests() : CopyCommandTests(typeof(SiloProgram).Assembly.Location, ("Cluster__SiloPort", $"{ApiProcess.FreePort()}"));
