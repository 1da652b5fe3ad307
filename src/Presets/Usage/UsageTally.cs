namespace Presets;

/// <summary>What a tally is of: the requests that used a version of a preset on one day.</summary>
/// <param name="Day">In UTC.</param>
public readonly record struct UsageKey(Guid PresetId, DateOnly Day, int Version);

/// <summary>Requests by how they ended, and when the first and the last of them did (UTC).</summary>
public readonly record struct UsageTally(
    long Success,
    long Redirect,
    long ClientError,
    long ServerError,
    long Cancelled,
    DateTimeOffset FirstUsedAt,
    DateTimeOffset LastUsedAt)
{
    /// <summary>How many there are.</summary>
    public long Requests => Success + Redirect + ClientError + ServerError + Cancelled;

    /// <summary>One request.</summary>
    public static UsageTally Of(UsageClass outcome, DateTimeOffset at) => new(
        outcome == UsageClass.Success ? 1 : 0,
        outcome == UsageClass.Redirect ? 1 : 0,
        outcome == UsageClass.ClientError ? 1 : 0,
        outcome == UsageClass.ServerError ? 1 : 0,
        outcome == UsageClass.Cancelled ? 1 : 0,
        at,
        at);

    /// <summary>The requests of both.</summary>
    public static UsageTally operator +(UsageTally left, UsageTally right) => new(
        left.Success + right.Success,
        left.Redirect + right.Redirect,
        left.ClientError + right.ClientError,
        left.ServerError + right.ServerError,
        left.Cancelled + right.Cancelled,
        left.FirstUsedAt < right.FirstUsedAt ? left.FirstUsedAt : right.FirstUsedAt,
        left.LastUsedAt > right.LastUsedAt ? left.LastUsedAt : right.LastUsedAt);
}
