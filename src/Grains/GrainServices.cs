using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>Registers what a silo needs to host presets.</summary>
public static class GrainServices
{
    /// <summary>
    /// Registers the presets that the cluster's grains hold. The host registers <see cref="IPresetStore"/>,
    /// <see cref="WriterLimits"/> and <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddClusterPresets(this IServiceCollection services, ClusterNodeOptions node)
    {
        services.AddSingleton(node);
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<PresetGrainReferences>();
        services.AddSingleton<IPresets, ClusterPresets>();
        services.AddHostedService<ClusterPurge>();
        services.AddWriters();
        services.AddRelay();
        services.AddSiloWatch();
        // At Information, grain services tell of each silo's share of a ring that these have no use for.
        return services.AddLogging(logging => logging
            .AddFilter(typeof(SiloProbe).FullName, LogLevel.Warning)
            .AddFilter(typeof(RelayReceiver).FullName, LogLevel.Warning));
    }

    private static void AddWriters(this IServiceCollection services)
    {
        services.AddSingleton<ActiveWriters>();
        services.AddSingleton<WriterReplies>();
        services.AddSingleton(provider => new QueueBudget(provider.GetRequiredService<WriterLimits>().QueueBytes));
        services.AddSingleton(provider => new PresetWriterOptions
        {
            HeadMaxAge = provider.GetRequiredService<WriterLimits>().HeadMaxAge,
            OtherWriters = true,
        });
        services.AddSingleton(provider => new LocalPresets(
            provider.GetRequiredService<IPresetStore>(),
            provider.GetRequiredService<QueueBudget>(),
            provider.GetRequiredService<PresetWriterOptions>(),
            provider.GetRequiredService<WriterLimits>().HeadCacheBytes,
            provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddRelay(this IServiceCollection services)
    {
        services.AddSingleton<RelaySender>();
        services.AddGrainService<RelayReceiver>();
    }

    private static void AddSiloWatch(this IServiceCollection services)
    {
        services.AddGrainService<SiloProbe>();
        services.AddSingleton(provider => new OtherSilos(
            provider,
            provider.GetRequiredService<ISiloStatusOracle>(),
            provider.GetRequiredService<RelaySender>(),
            provider.GetRequiredService<ClusterNodeOptions>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BypassedSilos>();
        services.AddSingleton<GrainHomes>();
        services.AddSingleton<BypassNotices>();
        services.AddHostedService<SiloWatch>();
    }
}
