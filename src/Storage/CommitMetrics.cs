using System.Diagnostics.Metrics;

namespace Presets.Storage;

/// <summary>What the way of a commit measures, under the meter <c>Presets.Storage</c>.</summary>
internal static class CommitMetrics
{
    private static readonly Meter Meter = new("Presets.Storage");

    private static readonly Histogram<int> Rows =
        Meter.CreateHistogram<int>("presets.commit.batch.size", "{change}", "Changes that left in one group commit.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>(
            "presets.commit.duration", "s", "Time of one group commit, from sending it to its answer.");

    private static readonly Counter<int> Waited =
        Meter.CreateCounter<int>(
            "presets.commit.alone", "{commit}", "Commits that left a group for a transaction of their own.");

    public static void Committed(int rows, TimeSpan duration)
    {
        Rows.Record(rows);
        Duration.Record(duration.TotalSeconds);
    }

    public static void Alone(int commits) => Waited.Add(commits);
}
