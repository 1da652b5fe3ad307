using System.Net;

namespace Presets.Api;

/// <summary>The settings of a node, checked. Each is read from <c>Presets:NAME</c>, as an environment variable <c>Presets__NAME</c>.</summary>
public sealed record PresetsOptions
{
    /// <summary>Where the database is. Setting: <c>ConnectionStrings:Presets</c>.</summary>
    public string ConnectionString { get; init; } = "Data Source=data/presets.db";

    /// <summary>An ordinary key to be made at the first start in place of a generated one.</summary>
    public string? BootstrapKey { get; init; }

    /// <summary>A management key to be made at the first start in place of a generated one.</summary>
    public string? BootstrapManagementKey { get; init; }

    /// <summary>The largest body that is read, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 1 << 20;

    /// <summary>How long a preset in memory answers before the database is asked whether it is still right. Without meaning on SQLite.</summary>
    public TimeSpan HeadMaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The memory for presets, in bytes.</summary>
    public long HeadCacheBytes { get; init; } = 32L << 20;

    /// <summary>The memory for writes that wait for the database, in bytes; more is refused.</summary>
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>How long a node goes on serving after the signal to stop, while it says that it is not ready: time for a balancer to notice.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.Zero;

    /// <summary>How long requests in flight may take after that.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The proxies whose <c>X-Forwarded-*</c> headers are believed, as addresses or networks (<c>10.0.0.0/8</c>), comma-separated.</summary>
    public IReadOnlyList<IPNetwork> KnownProxies { get; init; } = [new(IPAddress.Parse("127.0.0.0"), 8), new(IPAddress.IPv6Loopback, 128)];
}
