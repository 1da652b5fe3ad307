using System.Collections.Concurrent;

namespace Presets.Grains;

/// <summary>
/// Tells the grains of presets that this node has written them direct. A message to a silo that is bypassed would only
/// wait and fail, so its grains are told when it answers again. What a grain that is not told serves meanwhile is
/// bounded by <see cref="PresetWriterOptions.HeadMaxAge"/>.
/// </summary>
internal sealed class BypassNotices(GrainHomes homes, IGrainFactory grains, ClusterMetrics metrics)
{
    private const int MostHeld = 10_000;

    private readonly ConcurrentDictionary<PresetName, bool> held = new();

    /// <summary>Tells the grain of a preset, now or when its silo answers again; does not wait.</summary>
    public void Send(PresetName name)
    {
        if (!homes.IsBypassed(name))
            _ = InvalidateAsync(name);
        else if (held.Count < MostHeld)
            held[name] = true;
        else
            metrics.NotTold();
    }

    /// <summary>Tells the grains that can be told now.</summary>
    public void SendHeld()
    {
        foreach (var name in held.Keys)
            if (!homes.IsBypassed(name) && held.TryRemove(name, out _))
                _ = InvalidateAsync(name);
    }

    /// <summary>Nobody has to be told any more.</summary>
    public void DropHeld() => held.Clear();

    private async Task InvalidateAsync(PresetName name)
    {
        try
        {
            await grains.GetPreset(name).Invalidate();
        }
        catch (Exception failure) when (CallFailure.Includes(failure))
        {
            metrics.NotTold();
        }
    }
}
