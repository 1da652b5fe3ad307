namespace Presets;

/// <summary>Which records of a workspace's history are asked for; null asks for all.</summary>
/// <param name="Slug">Those of the presets that have or had this slug.</param>
/// <param name="UserId">Those that this user made.</param>
/// <param name="Key">Those that this key made.</param>
/// <param name="Since">Those from this time on.</param>
public sealed record HistoryQuery(
    Guid WorkspaceId,
    string? Slug = null,
    string? UserId = null,
    KeyHash? Key = null,
    DateTimeOffset? Since = null);
