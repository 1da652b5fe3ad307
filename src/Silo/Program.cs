using Presets.Api;
using Presets.Console;
using Presets.Grains;

namespace Presets.Silo;

/// <summary>The program of a node: an Orleans silo that also serves the API and the web console.</summary>
public static class Program
{
    /// <summary>See <see cref="PresetsHost.RunAsync{TOptions}"/>.</summary>
    public static Task<int> Main(string[] args) =>
        PresetsHost.RunAsync<ClusterNodeOptions>(
            args, ClusterNodeOptions.Section, ClusterNode.AddClusterPresets, ConsoleRoutes.MapConsole);
}
