using Orleans.Runtime.Services;

namespace Presets.Grains;

/// <summary>The silos of the cluster beside this node's own.</summary>
public sealed class OtherSilos : GrainServiceClient<ISiloProbe>
{
    private readonly ISiloStatusOracle membership;
    private readonly RelaySender relay;
    private readonly TimeSpan timeout;
    private readonly TimeProvider clock;

    internal OtherSilos(
        IServiceProvider services,
        ISiloStatusOracle membership,
        RelaySender relay,
        ClusterNodeOptions options,
        TimeProvider clock)
        : base(services)
    {
        this.clock = clock;
        this.membership = membership;
        this.relay = relay;
        timeout = options.GrainCallTimeout;
    }

    /// <summary>Those that are active, as far as the membership knows.</summary>
    internal IEnumerable<SiloAddress> Active =>
        membership.GetActiveSilos().Where(silo => !silo.Equals(membership.SiloAddress));

    /// <summary>
    /// Reads a preset that does not exist through each silo that answers, so that the connections to it are open and
    /// the code of a call is compiled on both sides.
    /// </summary>
    /// <param name="reads">How many times.</param>
    /// <exception cref="TimeoutException">A silo that answered first did not answer a read in time.</exception>
    public Task RehearseAsync(PresetName absent, int reads) =>
        Task.WhenAll(Active.Select(async silo =>
        {
            if (!await AnswersAsync(silo))
                return;
            for (var i = 0; i < reads; i++)
                await relay.AskAsync(silo, absent, null, timeout, CancellationToken.None);
        }));

    /// <summary>Whether <paramref name="silo"/> answers within the time that a call to a grain may take.</summary>
    internal async Task<bool> AnswersAsync(SiloAddress silo)
    {
        try
        {
            await GetGrainService(silo).Ping().WaitAsync(timeout, clock);
            return true;
        }
        catch (Exception failure) when (CallFailure.Includes(failure))
        {
            return false;
        }
    }
}
