using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>
/// Reads options records from the configuration and gathers what is wrong, so that it is reported together.
/// </summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> faults = [];

    /// <summary>Reads a section. What is wrong with it is thrown by <see cref="ThrowIfFaulty"/>.</summary>
    /// <param name="hasNamed">Whether it also has sections of its own, for <see cref="ReadNamed"/>.</param>
    public T Read<T>(string section, bool hasNamed = false)
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
            if (hasNamed && IsSection(given))
                continue;
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

    /// <summary>Reads the sections of a section, by their names, in the order of the names.</summary>
    public IReadOnlyList<KeyValuePair<string, T>> ReadNamed<T>(string section)
        where T : new() =>
        [
            .. configuration.GetSection(section).GetChildren().Where(IsSection)
                .OrderBy(named => named.Key, StringComparer.OrdinalIgnoreCase)
                .Select(named => KeyValuePair.Create(named.Key, Read<T>($"{section}:{named.Key}"))),
        ];

    /// <summary>Adds a fault that only shows when several sections are read.</summary>
    public void Fault(string section, string name, string what)
    {
        var setting = $"{section}:{name}";
        faults.Add($"{setting} ({setting.Replace(":", "__", StringComparison.Ordinal)}) {what}");
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

    private static bool IsSection(IConfigurationSection given) => given.GetChildren().Any();
}
