namespace Presets.Grains;

/// <summary>
/// Copies of presets whose grains are on other silos, so that inference does not call one for each request. That a
/// preset does not exist is not kept.
/// </summary>
internal sealed class PresetCopies(ClockEviction eviction, TimeProvider clock)
{
    // About what a copy takes beside the bytes of the answer.
    private const int Overhead = 512;

    private readonly WeighedCache<PresetName, Copy> copies = new(eviction);
    private long purgedAt = long.MinValue;

    /// <summary>The clock's timestamp now.</summary>
    public long Now => clock.GetTimestamp();

    /// <summary>A copy that was asked for less than <paramref name="maxAge"/> ago; null when there is none.</summary>
    public PresetSnapshot? Find(PresetName name, TimeSpan maxAge) =>
        copies.Find(name) is { } copy
        && copy.AskedAt > Volatile.Read(ref purgedAt)
        && clock.GetElapsedTime(copy.AskedAt) < maxAge
            ? copy.Preset
            : null;

    /// <summary>Keeps what a call answered that was made at <paramref name="askedAt"/>.</summary>
    public void Keep(PresetName name, PresetSnapshot preset, long askedAt) =>
        copies.Set(name, new Copy(preset, askedAt), Overhead + preset.Body.Length);

    /// <summary>
    /// This node has answered that a preset is gone. <see cref="AnsweredRevisions"/> knows of presets that are there
    /// alone, so no copy that was asked for before is used; purges are rare.
    /// </summary>
    public void Purged() => Volatile.Write(ref purgedAt, Now);

    private sealed record Copy(PresetSnapshot Preset, long AskedAt);
}
