namespace Presets;

/// <summary>
/// A preset that comes from elsewhere, or a part of one: a record of an export, or what another format was turned into.
/// It is valid in itself; whether it fits what came before is <see cref="ImportSequence"/>'s to say.
/// </summary>
/// <param name="Number">The number of the part, from 1.</param>
/// <param name="IsLast">Whether the preset ends with it.</param>
/// <param name="Preset">The preset as it is with all its versions; in the first part only.</param>
/// <param name="Versions">Versions in the order of their numbers. Their preset's id is not set.</param>
/// <param name="History">Other changes in the order of their revisions. Their preset's id is not set.</param>
public sealed record ImportedPart(
    PresetName Name,
    int Number,
    bool IsLast,
    Preset? Preset,
    IReadOnlyList<PresetVersion> Versions,
    IReadOnlyList<HistoryEntry> History)
{
    /// <summary>The preset was purged while it was exported: the export does not have all of it.</summary>
    public bool IsPurged { get; init; }

    /// <summary>What the other format says and a preset cannot hold.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];
}
