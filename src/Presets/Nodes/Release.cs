using System.Reflection;

namespace Presets;

/// <summary>The release that this program is of.</summary>
public static class Release
{
    /// <summary>Its version, <c>1.4.0</c>.</summary>
    public static string Version { get; } = typeof(Release).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
