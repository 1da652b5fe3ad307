using Presets.Api;

namespace Presets.Silo;

/// <summary>The program of a node: an Orleans silo that also serves the API.</summary>
public static class Program
{
    /// <summary>See <see cref="PresetsHost.RunAsync"/>.</summary>
    public static Task<int> Main(string[] args) =>
        PresetsHost.RunAsync(args, builder => builder.AddClusterPresets(), ClusterSettings.Further);
}
