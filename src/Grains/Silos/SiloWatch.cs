using Microsoft.Extensions.Hosting;

namespace Presets.Grains;

/// <summary>
/// Keeps what this node knows of silos up to date: probes those that fail until they answer or leave the membership,
/// and follows the membership.
/// </summary>
internal sealed class SiloWatch(
    ISiloStatusOracle membership,
    OtherSilos others,
    BypassedSilos bypassed,
    GrainHomes homes,
    RelaySender relay,
    ClusterNodeOptions options)
    : BackgroundService, ISiloStatusListener
{
    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        switch (status)
        {
            case SiloStatus.ShuttingDown or SiloStatus.Stopping:
                bypassed.AddLeaving(updatedSilo);
                break;
            case SiloStatus.Dead or SiloStatus.None:
                bypassed.Remove(updatedSilo);
                homes.Clear();
                relay.Forget(updatedSilo);
                break;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        membership.SubscribeToSiloStatusEvents(this);
        try
        {
            while (true)
            {
                await bypassed.WhenProbesAreDueAsync(options.ProbePeriod, stoppingToken);
                if (bypassed.IsSearching)
                {
                    await ProbeAsync(others.Active);
                    bypassed.EndSearch();
                }
                else
                {
                    await ProbeAsync(bypassed.Failing);
                }
            }
        }
        finally
        {
            membership.UnSubscribeFromSiloStatusEvents(this);
        }
    }

    private Task ProbeAsync(IEnumerable<SiloAddress> silos) =>
        Task.WhenAll(silos.Select(async silo =>
        {
            if (await others.AnswersAsync(silo))
                bypassed.RemoveFailing(silo);
            else
                bypassed.AddFailing(silo);
        }));
}
