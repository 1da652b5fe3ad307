using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>
/// Which silos this node has seen failing, long before the cluster's membership can be sure of it. Calls meant for one of them go direct until a probe is answered or
/// the silo leaves the membership, so that one request pays the wait and not every one. A silo that says itself that it stops is passed by, too, until it is gone.
/// </summary>
/// <remarks>
/// A call that fails does not tell which silo it was meant for, so the silo of each preset is remembered from the last answer. Of a preset that was never asked for nothing is known:
/// when its call fails every silo is probed, and while any silo is suspect such presets go direct, too.
/// </remarks>
internal sealed partial class SiloHealth(
    ISiloStatusOracle membership, SiloProbeClient probe, PresetGrains grains, PresetRelays relays, ClusterMetrics metrics, ClusterNodeOptions options, ILogger<SiloHealth> log)
    : BackgroundService, ISiloStatusListener
{
    // Forgotten all together when there are more: they are learnt again with the next answers.
    private const int MostHomes = 100_000;

    // What a grain that is not told serves meanwhile is bounded by HeadMaxAge.
    private const int MostUntold = 10_000;

    private readonly string local = membership.SiloAddress.ToParsableString();
    private readonly ConcurrentDictionary<PresetName, string> homes = new();
    private readonly ConcurrentDictionary<string, SiloAddress> suspects = new();
    private readonly ConcurrentDictionary<string, SiloAddress> leaving = new();
    private readonly ConcurrentDictionary<PresetName, bool> untold = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private int doubting;
    private volatile bool stopping;

    /// <summary>The silos that are passed by now because they do not answer.</summary>
    public int SuspectCount => suspects.Count;

    /// <summary>Whether <paramref name="silo"/> is this node's.</summary>
    public bool IsLocal(string silo) => silo == local;

    /// <summary>Whether a call to the preset's grain would wait for a silo that does not answer or is about to go, or this one is.</summary>
    public bool IsSuspect(PresetName key)
    {
        if (stopping)
            return true;
        if (suspects.IsEmpty && leaving.IsEmpty && Volatile.Read(ref doubting) == 0)
            return false;
        if (homes.TryGetValue(key, out var home))
            return suspects.ContainsKey(home) || leaving.ContainsKey(home);
        // A grain that is not active yet is not placed on a silo that leaves.
        return !suspects.IsEmpty || Volatile.Read(ref doubting) != 0;
    }

    /// <summary>The silo that the preset's grain answered from last; null when it was this one, or is not known.</summary>
    public SiloAddress? RemoteHomeOf(PresetName key) =>
        homes.TryGetValue(key, out var home) && home != local ? SiloAddress.FromParsableString(home) : null;

    /// <summary>The grain of a preset answered from <paramref name="silo"/>.</summary>
    public void Answered(PresetName key, string silo)
    {
        if (homes.TryGetValue(key, out var known) && known == silo)
            return;
        if (homes.Count >= MostHomes)
            homes.Clear();
        homes[key] = silo;
    }

    /// <summary>The grain of a preset did not answer.</summary>
    public void Failed(PresetName key)
    {
        if (homes.TryRemove(key, out var home) && home != local)
            Suspect(SiloAddress.FromParsableString(home));
        else if (Interlocked.Exchange(ref doubting, 1) == 0)
            Wake();
    }

    /// <summary>
    /// Tells the grain of a preset that it was written past it; one on a silo that is passed by once it answers again, since a message to it now would
    /// only wait and fail.
    /// </summary>
    public void Tell(PresetName key)
    {
        if (!IsSuspect(key))
            _ = TellAsync(key);
        else if (untold.Count < MostUntold)
            untold[key] = true;
        else
            metrics.NotTold();
    }

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        var address = updatedSilo.ToParsableString();
        switch (status)
        {
            case SiloStatus.ShuttingDown or SiloStatus.Stopping when address == local:
                stopping = true;
                break;
            case SiloStatus.ShuttingDown or SiloStatus.Stopping:
                leaving[address] = updatedSilo;
                break;
            case SiloStatus.Dead or SiloStatus.None:
                // Its grains are placed anew: calls find them elsewhere.
                if (suspects.TryRemove(address, out _) | leaving.TryRemove(address, out _))
                    LogGone(log, updatedSilo);
                homes.Clear();
                relays.Forget(updatedSilo);
                // A grain that is placed anew reads the database first.
                if (suspects.IsEmpty && leaving.IsEmpty)
                    untold.Clear();
                break;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        membership.SubscribeToSiloStatusEvents(this);
        metrics.ObserveSuspects(() => SuspectCount);
        try
        {
            while (true)
            {
                await wake.WaitAsync(suspects.IsEmpty ? Timeout.InfiniteTimeSpan : options.ProbePeriod, stoppingToken).ConfigureAwait(false);
                if (Volatile.Read(ref doubting) != 0)
                {
                    await ProbeAsync(membership.GetActiveSilos().Where(silo => !silo.Equals(membership.SiloAddress))).ConfigureAwait(false);
                    Volatile.Write(ref doubting, 0);
                }
                else
                {
                    await ProbeAsync(suspects.Values).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
        finally
        {
            membership.UnSubscribeFromSiloStatusEvents(this);
        }
    }

    private async Task ProbeAsync(IEnumerable<SiloAddress> silos) =>
        await Task.WhenAll(silos.Select(async silo =>
        {
            if (await probe.AnswersAsync(silo, options.GrainCallTimeout).ConfigureAwait(false))
            {
                if (suspects.TryRemove(silo.ToParsableString(), out _))
                {
                    LogBack(log, silo);
                    TellUntold();
                }
            }
            else
            {
                Suspect(silo);
            }
        })).ConfigureAwait(false);

    private void TellUntold()
    {
        foreach (var key in untold.Keys)
            if (!IsSuspect(key) && untold.TryRemove(key, out _))
                _ = TellAsync(key);
    }

    private async Task TellAsync(PresetName key)
    {
        try
        {
            await grains.Of(key).Doubt().ConfigureAwait(false);
        }
        catch (Exception failure) when (CallFailure.Includes(failure))
        {
            metrics.NotTold();
        }
    }

    private void Suspect(SiloAddress silo)
    {
        var address = silo.ToParsableString();
        if (leaving.ContainsKey(address))
            return;
        var isNew = suspects.TryAdd(address, silo);
        // Asked after it was added: of a silo that is declared dead just now the notification may have come before, and none comes again.
        if (membership.IsDeadSilo(silo))
        {
            suspects.TryRemove(address, out _);
            return;
        }

        if (!isNew)
            return;
        LogSuspect(log, silo);
        Wake();
    }

    private void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} does not answer; its presets are served direct.")]
    private static partial void LogSuspect(ILogger logger, SiloAddress silo);

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Silo} answers again.")]
    private static partial void LogBack(ILogger logger, SiloAddress silo);

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Silo} has left the membership.")]
    private static partial void LogGone(ILogger logger, SiloAddress silo);
}
