using Orleans.Runtime.Services;

namespace Presets.Grains;

/// <summary>Asks one silo whether it answers.</summary>
internal sealed class SiloProbeClient(IServiceProvider services) : GrainServiceClient<ISiloProbe>(services)
{
    /// <summary>Whether <paramref name="silo"/> answered within <paramref name="timeout"/>.</summary>
    public async Task<bool> AnswersAsync(SiloAddress silo, TimeSpan timeout)
    {
        try
        {
            await GetGrainService(silo).Ping().WaitAsync(timeout).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (CallFailure.Includes(failure))
        {
            return false;
        }
    }
}
