using System.Collections.Concurrent;

namespace Presets.Grains;

/// <summary>
/// Where presets' grains are, as far as this node knows. A call that fails does not tell which silo it was meant for,
/// so the silo of each preset is remembered from the last answer. Nothing is known of a preset that was never asked
/// for: when its call fails every silo is probed, and while any silo is failing such presets go direct, too.
/// </summary>
internal sealed class GrainHomes(ILocalSiloDetails local, BypassedSilos bypassed)
{
    // Forgotten all together when there are more: they are learnt again with the next answers.
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<PresetName, SiloAddress> homes = new();

    /// <summary>
    /// Whether a request should not call the preset's grain: the call would wait for a silo that does not answer or is
    /// about to go.
    /// </summary>
    public bool IsBypassed(PresetName name) => bypassed.Any && bypassed.Contains(homes.GetValueOrDefault(name));

    /// <summary>
    /// The silo that the preset's grain answered from last; null when it was this one, or is not known.
    /// </summary>
    public SiloAddress? RemoteOf(PresetName name) =>
        homes.TryGetValue(name, out var home) && !IsLocal(home) ? home : null;

    /// <summary>Whether <paramref name="silo"/> is this node's.</summary>
    public bool IsLocal(SiloAddress silo) => silo.Equals(local.SiloAddress);

    /// <summary>The grain of a preset answered from <paramref name="silo"/>.</summary>
    public void Answered(PresetName name, SiloAddress silo)
    {
        if (homes.TryGetValue(name, out var known) && known.Equals(silo))
            return;
        if (homes.Count >= Most)
            homes.Clear();
        homes[name] = silo;
    }

    /// <summary>The grain of a preset did not answer.</summary>
    public void Failed(PresetName name)
    {
        if (homes.TryRemove(name, out var home) && !IsLocal(home))
            bypassed.AddFailing(home);
        else
            bypassed.Search();
    }

    /// <summary>Forgets them all, since grains are placed anew.</summary>
    public void Clear() => homes.Clear();
}
