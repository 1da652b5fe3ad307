using Presets.Api.Tests;

namespace Presets.Silo.Tests;

public sealed class SiloCommandTests : ProgramTests
{
    [Fact]
    public async Task Every_fault_of_the_cluster_is_reported_together_each_by_name()
    {
        (string Name, string Value)[] settings =
        [
            ("SiloPort", "65536"), ("AdvertisedAddress", "here"), ("GrainCallTimeout", "501"), ("ProbePeriod", "soon"),
            ("GrainIdleTime", "1"), ("SiloPorts", "11111"),
        ];

        var run = await RunAsync([.. settings.Select(setting => $"--Cluster:{setting.Name}={setting.Value}")]);

        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.All(
            settings.Select(setting => setting.Name),
            name => Assert.Contains($"  Cluster:{name} (Cluster__{name}) ", run.Error, StringComparison.Ordinal));
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
