using System.Globalization;

namespace Presets.Console;

/// <summary>The use of a preset by day, as bars.</summary>
public sealed class UsagePlot
{
    /// <summary>How many days are shown.</summary>
    public const int Days = 30;

    internal UsagePlot(UsageResponse usage, int designated)
    {
        LastUsedAt = usage.LastUsedAt;
        var days = usage.Entries.ToLookup(entry => entry.Day);
        var all = Enumerable.Range(0, Days).Select(usage.Since.AddDays).Select(day => new Bar(
            day,
            days[day].Where(entry => entry.Version == designated).Sum(entry => entry.Requests),
            days[day].Where(entry => entry.Version != designated).Sum(entry => entry.Requests)));
        Bars = [.. all];
        Total = usage.Entries.Sum(entry => entry.Requests);
        Failed = usage.Entries.Sum(entry => entry.ClientError + entry.ServerError);
        Most = Math.Max(1, Bars.Max(bar => bar.Requests));
        Versions =
        [
            .. usage.Entries.GroupBy(entry => entry.Version).OrderByDescending(group => group.Key)
                .Select(group => (group.Key, group.Sum(entry => entry.Requests))),
        ];
    }

    /// <summary>The last use; null for none.</summary>
    public DateTimeOffset? LastUsedAt { get; }

    /// <summary>The days, the oldest first.</summary>
    public IReadOnlyList<Bar> Bars { get; }

    /// <summary>All requests of these days.</summary>
    public long Total { get; }

    /// <summary>Those that were answered with 4xx or 5xx.</summary>
    public long Failed { get; }

    /// <summary>Those of the day that had most.</summary>
    public long Most { get; }

    /// <summary>The requests of these days by version, the newest first.</summary>
    public IReadOnlyList<(int Version, long Requests)> Versions { get; }

    /// <summary>A number with its thousands apart.</summary>
    public static string Text(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A day.</summary>
    /// <param name="Designated">The requests that used the version that is designated now.</param>
    /// <param name="Others">Those that used others.</param>
    public sealed record Bar(DateOnly Day, long Designated, long Others)
    {
        /// <summary>All of them.</summary>
        public long Requests => Designated + Others;
    }
}
