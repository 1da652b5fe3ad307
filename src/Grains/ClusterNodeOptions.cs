using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Presets.Grains;

/// <summary>How a node takes part in a cluster.</summary>
public sealed record ClusterNodeOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Cluster";

    /// <summary>Nodes with the same cluster id are one cluster.</summary>
    [Description("nodes with the same id are one cluster")]
    public string ClusterId { get; init; } = "presets";

    /// <summary>Stays the same over all deployments of the service.</summary>
    [Description("stays the same over all deployments")]
    public string ServiceId { get; init; } = "presets";

    /// <summary>The port that silos reach each other on; 0 lets the system choose one.</summary>
    [Description("the port that nodes reach each other on; 0 lets the system choose"), Range(0, ushort.MaxValue)]
    public int SiloPort { get; init; } = 11111;

    /// <summary>The address that the other silos are told; null: the machine's own.</summary>
    [Description("the IP address that the other nodes are told (the machine's own)")]
    public IPAddress? AdvertisedAddress { get; init; }

    /// <summary>How long a grain may take to answer before the request goes direct; at most 500 ms.</summary>
    [Description("how long a grain may take before the request goes direct, in seconds")]
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:00.5")]
    public TimeSpan GrainCallTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a silo that does not answer is probed.</summary>
    [Description("how often a silo that does not answer is probed, in seconds")]
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan ProbePeriod { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a preset's grain stays in memory after its last request.</summary>
    [Description("how long an idle preset stays in memory, in seconds")]
    [Range(typeof(TimeSpan), "00:01:01", "1.00:00:00")]
    public TimeSpan GrainIdleTime { get; init; } = TimeSpan.FromMinutes(15);
}
