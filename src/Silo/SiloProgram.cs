using Presets.Api.Hosting;

namespace Presets.Silo;

/// <summary>A node of a cluster: the API with the presets' writers in the cluster's grains.</summary>
public static class SiloProgram
{
    /// <summary>See <see cref="PresetsHost.RunAsync"/>.</summary>
    public static Task<int> Main(string[] args) => PresetsHost.RunAsync(args, builder => builder.AddClusterPresets(), ClusterSettings.Further);
}
