namespace Presets.Api;

/// <summary>The settings cannot be used: every fault there is, each naming its setting.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>A sentence each.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
