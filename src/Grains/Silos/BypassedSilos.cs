using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>
/// The silos that this node bypasses: those that it has seen failing, long before the cluster's membership can be sure
/// of it, and those that say themselves that they stop. Requests for their presets' grains go direct, so that one
/// request pays the wait and not every one.
/// </summary>
internal sealed partial class BypassedSilos(ISiloStatusOracle membership, ILogger<BypassedSilos> log)
{
    private readonly ConcurrentDictionary<SiloAddress, bool> failing = new();
    private readonly ConcurrentDictionary<SiloAddress, bool> leaving = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private volatile bool searching;
    private volatile bool thisStops;

    /// <summary>Those that do not answer.</summary>
    public ICollection<SiloAddress> Failing => failing.Keys;

    /// <summary>Whether any silo may be bypassed now; asked first, since it is quickly answered.</summary>
    public bool Any => thisStops || searching || !failing.IsEmpty || !leaving.IsEmpty;

    /// <summary>Whether a call failed and it is not known yet which silo was meant.</summary>
    public bool IsSearching => searching;

    /// <summary>
    /// Whether a call to a grain on <paramref name="silo"/> should not be made; null when it is not known where the
    /// grain is.
    /// </summary>
    public bool Contains(SiloAddress? silo)
    {
        if (thisStops)
            return true;
        if (silo is not null)
            return failing.ContainsKey(silo) || leaving.ContainsKey(silo);
        // A grain that is not active yet is not placed on a silo that leaves.
        return searching || !failing.IsEmpty;
    }

    /// <summary>A silo did not answer.</summary>
    public void AddFailing(SiloAddress silo)
    {
        if (leaving.ContainsKey(silo))
            return;
        var isNew = failing.TryAdd(silo, true);
        // Checked after it was added: the notification that it is dead may have come just before, and none comes again.
        if (membership.IsDeadSilo(silo))
        {
            failing.TryRemove(silo, out _);
            return;
        }

        if (!isNew)
            return;
        LogFailing(silo);
        Wake();
    }

    /// <summary>A call failed, and where its grain is was not known: every silo has to be probed.</summary>
    public void Search()
    {
        if (searching)
            return;
        searching = true;
        Wake();
    }

    /// <summary>Every silo has been probed.</summary>
    public void EndSearch() => searching = false;

    /// <summary>A silo has answered a probe.</summary>
    public void RemoveFailing(SiloAddress silo)
    {
        if (failing.TryRemove(silo, out _))
            LogAnswering(silo);
    }

    /// <summary>A silo has said that it stops; when it is this one, everything goes direct from now on.</summary>
    public void AddLeaving(SiloAddress silo)
    {
        if (silo.Equals(membership.SiloAddress))
            thisStops = true;
        else
            leaving[silo] = true;
    }

    /// <summary>A silo is no member any more: its grains are placed anew, and calls find them elsewhere.</summary>
    public void Remove(SiloAddress silo)
    {
        if (failing.TryRemove(silo, out _) | leaving.TryRemove(silo, out _))
            LogGone(silo);
    }

    /// <summary>
    /// Returns when silos should be probed: at once after news of a failure, else each period while some are failing.
    /// </summary>
    public Task WhenProbesAreDueAsync(TimeSpan period, CancellationToken cancellationToken) =>
        wake.WaitAsync(failing.IsEmpty ? Timeout.InfiniteTimeSpan : period, cancellationToken);

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

    [LoggerMessage(LogLevel.Warning, "Silo {Silo} does not answer; its presets are served direct.")]
    private partial void LogFailing(SiloAddress silo);

    [LoggerMessage(LogLevel.Information, "Silo {Silo} answers again.")]
    private partial void LogAnswering(SiloAddress silo);

    [LoggerMessage(LogLevel.Information, "Silo {Silo} has left the membership.")]
    private partial void LogGone(SiloAddress silo);
}
