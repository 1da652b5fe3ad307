namespace Presets;

/// <summary>A change other than a version, as the history keeps it.</summary>
/// <param name="Id">The id of the change.</param>
/// <param name="PresetId">Null when the preset is gone with it.</param>
/// <param name="Revision">The revision that the change made.</param>
/// <param name="Effects">A JSON array of what it did.</param>
public sealed record HistoryEntry(
    Guid Id,
    PresetName Name,
    Guid? PresetId,
    long Revision,
    DateTimeOffset At,
    string UserId,
    KeyHash? Key,
    string? Message,
    Guid? RequestId,
    string Effects);
