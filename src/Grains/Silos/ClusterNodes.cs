using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>The members of the cluster. Each knows what it does itself, and is asked for it.</summary>
internal sealed partial class ClusterNodes(
    ISiloStatusOracle membership,
    RelaySender relay,
    NodeActivity activity,
    ActiveWriters active,
    ClockEviction presets,
    ClusterNodeOptions options,
    TimeProvider clock,
    ILogger<ClusterNodes> log)
    : INodes
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<Node>> AskAsync(CancellationToken cancellationToken)
    {
        var members = membership.GetApproximateSiloStatuses(onlyActive: false)
            .Where(silo => silo.Value is not (SiloStatus.None or SiloStatus.Dead));
        var nodes = await Task.WhenAll(members.Select(async silo => new Node(
            silo.Key.Endpoint.ToString(),
            StatusOf(silo.Value),
            silo.Key.Equals(membership.SiloAddress),
            await AskAsync(silo.Key, cancellationToken))));
        return [.. nodes.OrderBy(node => node.Address, StringComparer.Ordinal)];
    }

    /// <summary>What this node says of itself.</summary>
    public NodeReport Report() => activity.Report(active.Count, presets.Total);

    private async Task<NodeReport?> AskAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        if (silo.Equals(membership.SiloAddress))
            return Report();
        try
        {
            var report = relay.AskReportAsync(silo).AsTask();
            return (await report.WaitAsync(options.GrainCallTimeout, clock, cancellationToken)).ToReport();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A node of an earlier release cannot be asked.
            if (!CallFailure.Includes(failure))
                LogFailed(silo, failure);
            return null;
        }
    }

    private static NodeStatus StatusOf(SiloStatus status) => status switch
    {
        SiloStatus.Active => NodeStatus.Active,
        SiloStatus.Created or SiloStatus.Joining => NodeStatus.Joining,
        _ => NodeStatus.Stopping,
    };

    [LoggerMessage(LogLevel.Warning, "Silo {Silo} failed to report on its node.")]
    private partial void LogFailed(SiloAddress silo, Exception failure);
}
