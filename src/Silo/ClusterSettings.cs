using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Presets.Api;
using Presets.Grains;

namespace Presets.Silo;

/// <summary>Reads the section <c>Cluster</c> and gathers what is wrong with it.</summary>
internal sealed class ClusterSettings(IConfiguration configuration)
{
    private const string Section = "Cluster";

    /// <summary>What the program's help says of them.</summary>
    public static readonly FurtherSettings Further = new(
        Section,
        """

          --Cluster:ClusterId                 nodes with the same id are one cluster (presets)
          --Cluster:ServiceId                 stays the same over all deployments (presets)
          --Cluster:SiloPort                  the port that nodes reach each other on; 0 lets the system choose (11111)
          --Cluster:AdvertisedAddress         the IP address the other nodes are told (the machine's own)
          --Cluster:GrainCallTimeout          how long a grain may take before the request goes direct, in milliseconds (500)
          --Cluster:ProbePeriod               how often a silo that does not answer is probed, in milliseconds (500)
          --Cluster:GrainIdleTime             how long an idle preset stays in memory, in milliseconds (900000)
          --Cluster:MaxActivePresets          how many presets this node keeps in memory (20000)
        """);

    private readonly List<string> faults = [];
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The settings of a node.</summary>
    /// <exception cref="SettingsException">Some of them cannot be used; it names them all.</exception>
    public static ClusterNodeOptions Read(IConfiguration configuration)
    {
        var reader = new ClusterSettings(configuration);
        var defaults = new ClusterNodeOptions();
        var options = new ClusterNodeOptions
        {
            ClusterId = reader.Text(nameof(ClusterNodeOptions.ClusterId)) ?? defaults.ClusterId,
            ServiceId = reader.Text(nameof(ClusterNodeOptions.ServiceId)) ?? defaults.ServiceId,
            SiloPort = reader.Port(nameof(ClusterNodeOptions.SiloPort), defaults.SiloPort, 0),
            AdvertisedAddress = reader.Address(nameof(ClusterNodeOptions.AdvertisedAddress)),
            GrainCallTimeout = reader.Milliseconds(nameof(ClusterNodeOptions.GrainCallTimeout), defaults.GrainCallTimeout, 10, 500),
            ProbePeriod = reader.Milliseconds(nameof(ClusterNodeOptions.ProbePeriod), defaults.ProbePeriod, 50, 60_000),
            GrainIdleTime = reader.Milliseconds(nameof(ClusterNodeOptions.GrainIdleTime), defaults.GrainIdleTime, 61_000, 86_400_000),
            MaxActivePresets = reader.Count(nameof(ClusterNodeOptions.MaxActivePresets), defaults.MaxActivePresets, 100),
        };
        reader.RefuseUnknown();
        return reader.faults.Count == 0 ? options : throw new SettingsException(reader.faults);
    }

    /// <summary>The first IPv4 address of a network interface that is up, or loopback.</summary>
    public static IPAddress OwnAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)
        ?? IPAddress.Loopback;

    private int Port(string name, int absent, int least)
    {
        if (Text(name) is not { } text)
            return absent;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port < least || port > ushort.MaxValue)
            Fault(name, $"must be a port, {least} to {ushort.MaxValue}, not \"{text}\"");
        return port;
    }

    private IPAddress? Address(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (!IPAddress.TryParse(text, out var address))
            Fault(name, $"must be the IP address that the other nodes reach this one at, not \"{text}\"");
        return address;
    }

    private TimeSpan Milliseconds(string name, TimeSpan absent, int least, int most)
    {
        if (Text(name) is not { } text)
            return absent;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds < least || milliseconds > most)
            Fault(name, $"must be milliseconds, {least} to {most}, not \"{text}\"");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    private int Count(string name, int absent, int least)
    {
        if (Text(name) is not { } text)
            return absent;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < least)
            Fault(name, $"must be a whole number, {least} or more, not \"{text}\"");
        return count;
    }

    private void RefuseUnknown()
    {
        foreach (var setting in configuration.GetSection(Section).GetChildren())
            if (!known.Contains(setting.Key))
                Fault(setting.Key, $"is no setting; there are {string.Join(", ", known)}");
    }

    private string? Text(string name)
    {
        known.Add(name);
        return configuration[$"{Section}:{name}"] is { Length: > 0 } text ? text.Trim() : null;
    }

    private void Fault(string name, string what) => faults.Add($"{Section}:{name} ({Section}__{name}) {what}");
}
