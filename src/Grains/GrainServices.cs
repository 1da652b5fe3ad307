using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>Registers what a silo needs to host presets.</summary>
public static class GrainServices
{
    // More than a node answers within the default HeadMaxAge.
    private const int MostAnswered = 50_000;

    /// <summary>
    /// Registers the presets that the cluster's grains hold. The host registers <see cref="IPresetStore"/>,
    /// <see cref="PresetWriterOptions"/> and <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddClusterPresets(this IServiceCollection services, ClusterNodeOptions node)
    {
        services.AddSingleton(node);
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<IPresets, ClusterPresets>();
        services.AddHostedService<ClusterPurge>();
        services.AddWriters();
        services.AddSiloWatch();
        services.AddSingleton<RelaySender>();
        services.AddGrainService<RelayReceiver>();
        // At Information, grain services tell of each silo's share of a ring that this one has no use for.
        return services.AddLogging(logging => logging.AddFilter(typeof(RelayReceiver).FullName, LogLevel.Warning));
    }

    private static void AddWriters(this IServiceCollection services)
    {
        services.AddSingleton<ActiveWriters>();
        services.AddSingleton<PresetCopies>();
        services.AddSingleton(new AnsweredRevisions(MostAnswered));
        services.AddSingleton<WriterReplies>();
        services.AddSingleton<LocalPresets>();
        services.AddSingleton(provider => new ClockEviction(
            provider.GetRequiredService<PresetWriterOptions>().HeadCacheBytes));
        services.AddSingleton(provider => new QueueBudget(
            provider.GetRequiredService<PresetWriterOptions>().QueueBytes));
    }

    private static void AddSiloWatch(this IServiceCollection services)
    {
        services.AddSingleton<OtherSilos>();
        services.AddSingleton<BypassedSilos>();
        services.AddSingleton<GrainHomes>();
        services.AddHostedService<SiloWatch>();
        services.AddSingleton<NodeActivity>();
        services.AddSingleton<ClusterNodes>();
        services.AddSingleton<INodes>(provider => provider.GetRequiredService<ClusterNodes>());
    }
}
