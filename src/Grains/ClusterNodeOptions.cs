using System.Net;

namespace Presets.Grains;

/// <summary>How a node takes part in a cluster; the section <c>Cluster</c>.</summary>
public sealed record ClusterNodeOptions
{
    /// <summary>Nodes with the same cluster id are one cluster.</summary>
    public string ClusterId { get; init; } = "presets";

    /// <summary>Stays the same over all deployments of the service.</summary>
    public string ServiceId { get; init; } = "presets";

    /// <summary>The port that silos reach each other on; 0 lets the system choose one.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>The address that the other silos are told; null: the machine's own.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    /// <summary>How long a grain may take to answer before the request goes direct; at most 500 ms.</summary>
    public TimeSpan GrainCallTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a silo that does not answer is probed.</summary>
    public TimeSpan ProbePeriod { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a preset's grain stays in memory after its last request.</summary>
    public TimeSpan GrainIdleTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The most presets whose grains this node keeps in memory; those that were not used lately make room.
    /// </summary>
    public int MaxActivePresets { get; init; } = 20_000;
}
