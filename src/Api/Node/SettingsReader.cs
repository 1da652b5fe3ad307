using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>
/// Reads options records from the configuration and gathers what is wrong, so that it is reported together.
/// </summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> faults = [];

    /// <summary>Reads a section. What is wrong with it is thrown by <see cref="ThrowIfFaulty"/>.</summary>
    public T Read<T>(string section)
        where T : new()
    {
        var options = new T();
        var settings = Setting.Of<T>(section);
        foreach (var setting in settings)
        {
            if (TextOf(setting.Name)?.Trim() is { Length: > 0 } text && setting.Set(options, text) is { } fault)
                faults.Add($"{setting.Name} ({setting.Variable}) {fault}");
        }

        foreach (var given in configuration.GetSection(section).GetChildren())
        {
            if (!settings.Any(setting => setting.Name.Equals(given.Path, StringComparison.OrdinalIgnoreCase)))
            {
                var names = settings.Select(setting => setting.Name).Where(name => name.StartsWith(section + ":"));
                Fault(section, given.Key, $"is no setting; there are {string.Join(", ", names)}");
            }
        }

        foreach (var fault in (options as IValidatableObject)?.Validate(new ValidationContext(options)) ?? [])
            Fault(section, fault.MemberNames.Single(), fault.ErrorMessage!);
        return options;
    }

    /// <summary>Throws when anything that was read cannot be used.</summary>
    /// <exception cref="SettingsException">It names every fault.</exception>
    public void ThrowIfFaulty()
    {
        if (faults.Count > 0)
            throw new SettingsException(faults);
    }

    // A list may also be given entry by entry, as in a file of JSON.
    private string? TextOf(string name) => configuration[name]
        ?? string.Join(',', configuration.GetSection(name).GetChildren().Select(entry => entry.Value));

    private void Fault(string section, string name, string what) =>
        faults.Add($"{section}:{name} ({section}__{name}) {what}");
}
