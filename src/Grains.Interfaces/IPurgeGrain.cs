namespace Presets.Grains;

/// <summary>Forgets expired idempotency keys for the whole cluster. There is one, with the key 0.</summary>
[Alias("Presets.IPurgeGrain")]
public interface IPurgeGrain : IGrainWithIntegerKey
{
    /// <summary>Purges unless it was done less than <paramref name="period"/> ago, by whichever node asked.</summary>
    /// <returns>Whether it purged.</returns>
    [Alias("PurgeIfDue")]
    Task<bool> PurgeIfDue(TimeSpan period);
}
