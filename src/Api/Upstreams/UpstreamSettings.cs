namespace Presets.Api;

/// <summary>The settings of the upstreams, checked.</summary>
/// <param name="Shared">What is the same for all.</param>
/// <param name="Named">Each by its name, in the order of the names.</param>
internal sealed record UpstreamSettings(
    UpstreamsOptions Shared, IReadOnlyList<KeyValuePair<string, UpstreamOptions>> Named)
{
    /// <summary>All the settings there can be; <c>NAME</c> stands for the name of an upstream.</summary>
    public static IReadOnlyList<Setting> All =>
    [
        .. Setting.Of<UpstreamsOptions>(UpstreamsOptions.Section),
        .. Setting.Of<UpstreamOptions>($"{UpstreamsOptions.Section}:NAME"),
    ];

    /// <summary>Reads them. What is wrong is thrown by the reader.</summary>
    /// <param name="node">The settings of the node, whose memory the bodies take.</param>
    public static UpstreamSettings Read(SettingsReader reader, PresetsOptions node)
    {
        var shared = reader.Read<UpstreamsOptions>(UpstreamsOptions.Section, hasNamed: true);
        var named = reader.ReadNamed<UpstreamOptions>(UpstreamsOptions.Section);
        // While a body grows, it is held in two parts.
        if (named.Count > 0 && node.BodyBytes < 2L * shared.MaxBodyBytes)
        {
            reader.Fault(
                UpstreamsOptions.Section, nameof(UpstreamsOptions.MaxBodyBytes),
                "must be at most half of Presets:BodyBytes");
        }

        return new UpstreamSettings(shared, named);
    }

    /// <summary>The upstreams, ready to be called.</summary>
    public UpstreamSet Open(TimeProvider clock) =>
        new([.. Named.Select(named => new Upstream(named.Key, named.Value, clock))]);
}
