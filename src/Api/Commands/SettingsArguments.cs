using System.CommandLine;

namespace Presets.Api;

/// <summary>Settings as arguments: <c>--NAME VALUE</c> or <c>--NAME=VALUE</c>.</summary>
/// <param name="settings">Those that <c>--help</c> lists.</param>
/// <param name="section">The section of the program's own settings.</param>
internal sealed class SettingsArguments(IReadOnlyList<Setting> settings, string section)
{
    private static readonly string[] HostNames = ["http_ports", "https_ports", "environment", "contentRoot"];

    // The host's sections are open; unknown names in the other ones are refused when they are read.
    private readonly string[] sections =
    [
        "Logging:", "Kestrel:", PresetsOptions.Section + ":", UpstreamsOptions.Section + ":",
        ConsoleOptions.Section + ":", section + ":",
    ];

    private readonly Option<string>[] options =
        [.. settings.Select(setting => new Option<string>("--" + setting.Name)
        {
            Description = setting.Description,
            HelpName = "VALUE",
        })];

    /// <summary>Makes a command take settings.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in options)
            command.Add(option);
        command.TreatUnmatchedTokensAsErrors = false;
    }

    /// <summary>The settings that were given, as arguments of the host.</summary>
    public string[] Of(ParseResult result) =>
    [
        .. options.Where(option => result.GetResult(option) is not null)
            .Select(option => $"{option.Name}={result.GetValue(option)}"),
        .. result.UnmatchedTokens,
    ];

    /// <summary>The first argument that is neither known nor a setting; null when all are.</summary>
    public string? FindUnknown(ParseResult result)
    {
        var words = result.UnmatchedTokens;
        for (var i = 0; i < words.Count; i++)
        {
            var parts = words[i].Split('=', 2);
            if (!parts[0].StartsWith("--", StringComparison.Ordinal) || !IsSetting(parts[0][2..]))
                return words[i];
            if (parts.Length == 1 && ++i == words.Count)
                return $"{parts[0]} (without a value)";
        }

        return null;
    }

    private bool IsSetting(string name) =>
        HostNames.Concat(settings.Select(setting => setting.Name)).Contains(name, StringComparer.OrdinalIgnoreCase)
        || sections.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
