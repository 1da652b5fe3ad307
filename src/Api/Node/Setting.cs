using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;

namespace Presets.Api;

/// <summary>
/// A setting: a property of an options record. Its <see cref="DescriptionAttribute"/> is what <c>--help</c> says of it,
/// its value in a new record is its default, and its validation attributes say what it may be.
/// </summary>
internal sealed class Setting
{
    private readonly PropertyInfo property;
    private readonly RangeAttribute? range;
    private readonly object? absent;

    private Setting(string section, PropertyInfo property, object? absent)
    {
        this.property = property;
        this.absent = absent;
        range = property.GetCustomAttribute<RangeAttribute>();
        Name = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? $"{section}:{property.Name}";
        Variable = Name.Replace(":", "__", StringComparison.Ordinal);
        var description = property.GetCustomAttribute<DescriptionAttribute>()!.Description;
        Description = Text(absent) is { Length: > 0 } text ? $"{description} ({text})" : description;
    }

    /// <summary>Its name in the configuration, <c>Presets:MaxBodyBytes</c>.</summary>
    public string Name { get; }

    /// <summary>Its environment variable, <c>Presets__MaxBodyBytes</c>.</summary>
    public string Variable { get; }

    /// <summary>What it is, and its default.</summary>
    public string Description { get; }

    /// <summary>The settings of an options record.</summary>
    public static IReadOnlyList<Setting> Of<T>(string section)
        where T : new()
    {
        var absent = new T();
        return
        [
            .. typeof(T).GetProperties()
                .Select(property => new Setting(section, property, property.GetValue(absent))),
        ];
    }

    /// <summary>Sets the property to the value that a text spells.</summary>
    /// <returns>What is wrong with it, to follow the setting's name; null when it was set.</returns>
    public string? Set(object options, string text)
    {
        var value = Parse(text);
        if (value is null || range?.IsValid(value) == false)
            return $"must be {Describe()}, not \"{text}\"";
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (rule.GetValidationResult(value, new ValidationContext(options)) is { } fault)
                return fault.ErrorMessage;
        }

        property.SetValue(options, value);
        return null;
    }

    private object? Parse(string text) => property.PropertyType switch
    {
        var type when type == typeof(int) || type == typeof(long) => ParseNumber(text, type),
        var type when type == typeof(TimeSpan) => ParseTime(text),
        var type when type == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
        var type when type == typeof(IPAddress) => IPAddress.TryParse(text, out var address) ? address : null,
        var type when type == typeof(IReadOnlyList<IPNetwork>) => ParseNetworks(text),
        var type when type == typeof(IReadOnlyList<string>) => Split(text),
        _ => text,
    };

    private static object? ParseNumber(string text, Type type) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Convert.ChangeType(Math.Min(number, type == typeof(int) ? int.MaxValue : number), type, null)
            : null;

    private static object? ParseTime(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;
    }

    private static List<IPNetwork>? ParseNetworks(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in Split(text))
        {
            if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(part, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                return null;
        }

        return networks;
    }

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string Describe() => property.PropertyType switch
    {
        var type when type == typeof(TimeSpan) => $"a time, {Bounds()} seconds, as seconds (1.5) or hh:mm:ss",
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(IPAddress) => "an IP address",
        var type when type == typeof(IReadOnlyList<IPNetwork>) => "addresses or networks (10.0.0.0/8), comma-separated",
        _ => $"a whole number, {Bounds()}",
    };

    private string Bounds()
    {
        // The bounds of a time are texts until they were compared with one.
        _ = range!.IsValid(absent);
        return $"{Text(range.Minimum)} to {Text(range.Maximum)}";
    }

    private static string Text(object? value) => value switch
    {
        TimeSpan time => time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable list => string.Join(',', list.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
