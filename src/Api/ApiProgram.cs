using Presets.Api.Hosting;

namespace Presets.Api;

/// <summary>One node: the API with the presets' writers in its own process.</summary>
public static class ApiProgram
{
    /// <summary>See <see cref="PresetsHost.RunAsync"/>.</summary>
    public static Task<int> Main(string[] args) => PresetsHost.RunAsync(args, builder => builder.Services.AddInProcessPresets());
}
