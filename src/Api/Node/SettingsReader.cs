using System.Globalization;
using System.Net;
using Presets.Storage;

namespace Presets.Api;

/// <summary>Reads the settings and gathers what is wrong with them.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private const string Section = "Presets";

    private readonly List<string> faults = [];
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The settings of a node.</summary>
    /// <exception cref="SettingsException">Some of them cannot be used; it names them all.</exception>
    public static PresetsOptions Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var options = reader.ReadOptions();
        reader.RefuseUnknown();
        reader.CheckUrls();
        return reader.faults.Count == 0 ? options : throw new SettingsException(reader.faults);
    }

    private PresetsOptions ReadOptions()
    {
        var defaults = new PresetsOptions();
        var options = new PresetsOptions
        {
            ConnectionString = ConnectionString(defaults.ConnectionString),
            BootstrapKey = Key(nameof(PresetsOptions.BootstrapKey)),
            BootstrapManagementKey = Key(nameof(PresetsOptions.BootstrapManagementKey)),
            MaxBodyBytes = (int)Bytes(nameof(PresetsOptions.MaxBodyBytes), defaults.MaxBodyBytes, 1024, 1 << 30),
            HeadMaxAge = Time(nameof(PresetsOptions.HeadMaxAge), defaults.HeadMaxAge, TimeSpan.Zero, TimeSpan.FromHours(1)),
            HeadCacheBytes = Bytes(nameof(PresetsOptions.HeadCacheBytes), defaults.HeadCacheBytes, 1 << 20, 1L << 40),
            QueueBytes = Bytes(nameof(PresetsOptions.QueueBytes), defaults.QueueBytes, 1 << 20, 1L << 40),
            DrainTime = Time(nameof(PresetsOptions.DrainTime), defaults.DrainTime, TimeSpan.Zero, TimeSpan.FromHours(1)),
            ShutdownTimeout = Time(nameof(PresetsOptions.ShutdownTimeout), defaults.ShutdownTimeout, TimeSpan.Zero, TimeSpan.FromHours(1)),
            KnownProxies = Networks(nameof(PresetsOptions.KnownProxies), defaults.KnownProxies),
        };
        if (options.BootstrapKey is not null && options.BootstrapKey == options.BootstrapManagementKey)
            Fault(nameof(PresetsOptions.BootstrapManagementKey), "is the same key as Presets:BootstrapKey; a key is of one kind");
        return options;
    }

    private string ConnectionString(string absent)
    {
        if (configuration.GetConnectionString(Section) is not { Length: > 0 } text)
            return absent;
        try
        {
            _ = StorageFactory.CreateDatabase(text, TimeProvider.System).DisposeAsync();
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            faults.Add($"ConnectionStrings:Presets (ConnectionStrings__Presets): {e.Message}");
        }

        return text;
    }

    private string? Key(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (!KeySecret.IsWellFormed(text))
            Fault(name, $"must be {KeySecret.Prefix} and 64 lower-case hexadecimal digits, of 256 random bits");
        return text;
    }

    private long Bytes(string name, long absent, long least, long most)
    {
        if (Text(name) is not { } text)
            return absent;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) || bytes < least || bytes > most)
            Fault(name, string.Create(CultureInfo.InvariantCulture, $"must be a number of bytes, {least} to {most}, not \"{text}\""));
        return bytes;
    }

    private TimeSpan Time(string name, TimeSpan absent, TimeSpan least, TimeSpan most)
    {
        if (Text(name) is not { } text)
            return absent;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= most.TotalSeconds)
            return TimeSpan.FromSeconds(seconds);
        if (!text.Contains(':', StringComparison.Ordinal)
            || !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) || time < least || time > most)
        {
            Fault(name, $"must be a time from {least} to {most}, as seconds (1.5) or hh:mm:ss, not \"{text}\"");
            return absent;
        }

        return time;
    }

    private IReadOnlyList<IPNetwork> Networks(string name, IReadOnlyList<IPNetwork> absent)
    {
        if (Text(name) is not { } text)
            return absent;
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(part, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                Fault(name, $"must be addresses or networks (10.0.0.0/8), comma-separated, not \"{part}\"");
        }

        return networks;
    }

    private void RefuseUnknown()
    {
        foreach (var setting in configuration.GetSection(Section).GetChildren())
        {
            if (!known.Contains(setting.Key))
                Fault(setting.Key, $"is no setting; there are {string.Join(", ", known)}");
        }
    }

    private void CheckUrls()
    {
        foreach (var url in (configuration["urls"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                faults.Add($"urls (--urls, ASPNETCORE_URLS): \"{url}\" is no address; an example is http://127.0.0.1:8080");
            }
        }
    }

    private string? Text(string name)
    {
        known.Add(name);
        return configuration[$"{Section}:{name}"] is { Length: > 0 } text ? text.Trim() : null;
    }

    private void Fault(string name, string what) => faults.Add($"{Section}:{name} ({Section}__{name}) {what}");
}
