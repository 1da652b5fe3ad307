using Presets.Storage;

namespace Presets.Api;

/// <summary>How often the versions of a preset were used.</summary>
internal sealed record UsageResponse
{
    /// <summary>The most entries of an answer.</summary>
    public const int MostEntries = 10_000;

    /// <summary>The first day that is answered.</summary>
    /// <example>2026-03-22</example>
    public required DateOnly Since { get; init; }

    /// <summary>The first use of the preset that is kept, also before these days; null for none.</summary>
    /// <example>2026-01-07T08:12:45.120935Z</example>
    public required DateTimeOffset? FirstUsedAt { get; init; }

    /// <summary>The last use of the preset; null for none.</summary>
    /// <example>2026-04-20T10:00:00.5Z</example>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>
    /// An entry for each day and version with requests: the newest day first, then the newest version.
    /// </summary>
    public required IReadOnlyList<UsageEntry> Entries { get; init; }

    /// <summary>Whether older entries were left out because there are more than 10,000.</summary>
    /// <example>false</example>
    public required bool Truncated { get; init; }

    /// <summary>What is stored, and what this node has counted beyond it.</summary>
    public static UsageResponse Of(
        DateOnly since, StoredUsage stored, IReadOnlyList<(long Sequence, UsageKey Key, UsageTally Tally)> counted)
    {
        var news = counted.Where(each => each.Sequence > stored.Sequence).ToList();
        UsageEntry[] entries =
        [
            .. from each in stored.Tallies.Concat(news.Select(each => (each.Key, each.Tally)))
               where each.Key.Day >= since
               group each.Tally by each.Key into tallies
               orderby tallies.Key.Day descending, tallies.Key.Version descending
               select UsageEntry.Of(tallies.Key, tallies.Aggregate((left, right) => left + right)),
        ];
        return new UsageResponse
        {
            Since = since,
            FirstUsedAt = news.Select(each => (DateTimeOffset?)each.Tally.FirstUsedAt).Append(stored.FirstUsedAt).Min(),
            LastUsedAt = news.Select(each => (DateTimeOffset?)each.Tally.LastUsedAt).Append(stored.LastUsedAt).Max(),
            Entries = entries.Length > MostEntries ? entries[..MostEntries] : entries,
            Truncated = entries.Length > MostEntries,
        };
    }
}

/// <summary>The requests that used a version on one day.</summary>
internal sealed record UsageEntry
{
    /// <summary>In UTC.</summary>
    /// <example>2026-04-20</example>
    public required DateOnly Day { get; init; }

    /// <summary>The number of the version.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>All requests.</summary>
    /// <example>1042</example>
    public required long Requests { get; init; }

    /// <summary>Those that were answered with 2xx.</summary>
    /// <example>1030</example>
    public required long Success { get; init; }

    /// <summary>Those that were answered with 3xx.</summary>
    public required long Redirect { get; init; }

    /// <summary>Those that were answered with 4xx.</summary>
    /// <example>7</example>
    public required long ClientError { get; init; }

    /// <summary>Those that were answered with 5xx, or whose stream broke.</summary>
    /// <example>2</example>
    public required long ServerError { get; init; }

    /// <summary>Those whose client left before the end of the answer.</summary>
    /// <example>3</example>
    public required long Cancelled { get; init; }

    /// <example>2026-04-20T00:00:12.25Z</example>
    public required DateTimeOffset FirstUsedAt { get; init; }

    /// <example>2026-04-20T10:00:00.5Z</example>
    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary>The entry of a tally.</summary>
    public static UsageEntry Of(UsageKey key, UsageTally tally) => new()
    {
        Day = key.Day,
        Version = key.Version,
        Requests = tally.Requests,
        Success = tally.Success,
        Redirect = tally.Redirect,
        ClientError = tally.ClientError,
        ServerError = tally.ServerError,
        Cancelled = tally.Cancelled,
        FirstUsedAt = tally.FirstUsedAt,
        LastUsedAt = tally.LastUsedAt,
    };
}
