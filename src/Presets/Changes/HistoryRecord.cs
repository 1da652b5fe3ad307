namespace Presets;

/// <summary>One change of a preset, a version included, as it is read from the history.</summary>
/// <param name="Slug">The slug of the preset, which may be gone; empty for an import.</param>
/// <param name="Revision">The revision that the change made; 0 for an import.</param>
/// <param name="Key">The key that made it; null when it is not known.</param>
/// <param name="KeyName">The name of that key; null when the key is not there any more.</param>
/// <param name="RequestId">The trace id of the request; null when it was not traced.</param>
/// <param name="Effects">A JSON array of what it did.</param>
public sealed record HistoryRecord(
    string Slug,
    long Revision,
    DateTimeOffset At,
    string UserId,
    KeyHash? Key,
    string? KeyName,
    string? Message,
    Guid? RequestId,
    string Effects);
