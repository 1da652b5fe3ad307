using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Presets.Api;

/// <summary>The settings of a node, checked.</summary>
public sealed record PresetsOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    internal const string Section = "Presets";

    private const string AnHour = "01:00:00";
    private const double TiB = 1L << 40;

    private static readonly PresetWriterOptions Writers = new();

    /// <summary>
    /// Where the node listens, unless the configuration says it otherwise (<c>http_ports</c>, Kestrel's own).
    /// </summary>
    [Description("where to listen, separated by semicolons")]
    [ConfigurationKeyName("urls"), Urls]
    public string Urls { get; init; } = PresetsApi.DefaultUrl;

    /// <summary>Where the database is.</summary>
    [Description("\"Data Source=FILE\" for SQLite or \"Host=...;Database=...\" for Postgres")]
    [ConfigurationKeyName("ConnectionStrings:Presets"), ConnectionString]
    public string ConnectionString { get; init; } = "Data Source=data/presets.db";

    /// <summary>An ordinary key to be made at the first start in place of a generated one.</summary>
    [Description("an ordinary key to make at the first start, instead of a generated one"), KeySecret]
    public string? BootstrapKey { get; init; }

    /// <summary>A management key to be made at the first start in place of a generated one.</summary>
    [Description("a management key to make at the first start, instead of a generated one"), KeySecret]
    public string? BootstrapManagementKey { get; init; }

    /// <summary>The largest body that is read, in bytes.</summary>
    [Description("the largest body, in bytes"), Range(1024, 1 << 30)]
    public int MaxBodyBytes { get; init; } = 1 << 20;

    /// <summary>The memory for bodies that are arriving, in bytes; more is refused.</summary>
    [Description("memory for bodies that are arriving, in bytes"), Range(1 << 20, TiB)]
    public long BodyBytes { get; init; } = 64L << 20;

    /// <summary>The largest import, in bytes.</summary>
    [Description("the largest import, in bytes"), Range(1024, TiB)]
    public long MaxImportBytes { get; init; } = 1 << 30;

    /// <summary>How long a body may take to arrive; of an import, how long it may pause.</summary>
    [Description("how long a body may take to arrive, or an import may pause, in seconds")]
    [Range(typeof(TimeSpan), "00:00:00.1", AnHour)]
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a preset in memory answers before its revision is read again.</summary>
    [Description("how old a preset in memory may be, in seconds")]
    [Range(typeof(TimeSpan), "00:00:00", AnHour)]
    public TimeSpan HeadMaxAge { get; init; } = Writers.HeadMaxAge;

    /// <summary>How old a copy of a preset that another node holds may be for inference; zero for none.</summary>
    [Description("how old a copy of another node's preset may be for inference, in seconds")]
    [Range(typeof(TimeSpan), "00:00:00", AnHour)]
    public TimeSpan CopyMaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The memory for presets, in bytes; when it is full, those that were not used lately make room.
    /// </summary>
    [Description("memory for presets, in bytes"), Range(1 << 20, TiB)]
    public long HeadCacheBytes { get; init; } = Writers.HeadCacheBytes;

    /// <summary>The memory for writes that wait for the database, in bytes; more is refused.</summary>
    [Description("memory for waiting writes, in bytes"), Range(1 << 20, TiB)]
    public long QueueBytes { get; init; } = Writers.QueueBytes;

    /// <summary>How many days the use of presets is kept, the present one included.</summary>
    [Description("how many days the use of presets is kept"), Range(1, 3650)]
    public int UsageDays { get; init; } = 400;

    /// <summary>How long a node goes on serving after SIGTERM, while it says that it is not ready.</summary>
    [Description("how long a node still serves after SIGTERM, saying that it is not ready, in seconds")]
    [Range(typeof(TimeSpan), "00:00:00", AnHour)]
    public TimeSpan DrainTime { get; init; } = TimeSpan.Zero;

    /// <summary>How long requests in flight may take after that.</summary>
    [Description("time for requests in flight after SIGTERM, in seconds")]
    [Range(typeof(TimeSpan), "00:00:00", AnHour)]
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The origins whose pages may call this service from a browser.</summary>
    [Description("origins whose pages may call this service, comma-separated; none unless set"), Origins]
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>The proxies whose <c>X-Forwarded-*</c> headers are believed.</summary>
    [Description("whose X-Forwarded-* headers to believe: addresses or networks, comma-separated")]
    public IReadOnlyList<IPNetwork> KnownProxies { get; init; } =
        [new(IPAddress.Parse("127.0.0.0"), 8), new(IPAddress.IPv6Loopback, 128)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BodyBytes < 4L * MaxBodyBytes)
            yield return new("must be at least four times Presets:MaxBodyBytes", [nameof(BodyBytes)]);
        if (BootstrapKey is not null && BootstrapKey == BootstrapManagementKey)
        {
            yield return new(
                "is the same key as Presets:BootstrapKey; a key is of one kind", [nameof(BootstrapManagementKey)]);
        }
    }
}
