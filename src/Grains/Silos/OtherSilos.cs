namespace Presets.Grains;

/// <summary>The silos of the cluster beside this node's own.</summary>
internal sealed class OtherSilos(
    ISiloStatusOracle membership, RelaySender relay, ClusterNodeOptions options, TimeProvider clock)
{
    /// <summary>Those that are active, as far as the membership knows.</summary>
    public IEnumerable<SiloAddress> Active =>
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
                await relay.AskAsync(silo, absent, null, options.GrainCallTimeout, CancellationToken.None);
        }));

    /// <summary>Whether <paramref name="silo"/> answers within the time that a call to a grain may take.</summary>
    public async Task<bool> AnswersAsync(SiloAddress silo)
    {
        try
        {
            await relay.PingAsync(silo).AsTask().WaitAsync(options.GrainCallTimeout, clock);
            return true;
        }
        catch (Exception failure) when (CallFailure.Includes(failure))
        {
            return false;
        }
    }
}
