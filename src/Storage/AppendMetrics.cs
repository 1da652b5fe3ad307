using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Presets.Storage;

/// <summary>What the append path measures, under the meter <c>Presets.Storage</c>.</summary>
internal static class AppendMetrics
{
    private static readonly Meter Meter = new("Presets.Storage");

    private static readonly Histogram<int> Rows =
        Meter.CreateHistogram<int>("presets.append.batch.size", "{version}", "Versions that left in one group commit.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("presets.append.duration", "s", "Time of one group commit, from sending it to its answer.");

    private static readonly Counter<int> Skipped =
        Meter.CreateCounter<int>("presets.append.alone", "{append}", "Appends that left a group commit for a transaction of their own.");

    public static void Committed(int rows, long startedAt)
    {
        Rows.Record(rows);
        Duration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
    }

    public static void Alone(int appends)
    {
        if (appends > 0)
            Skipped.Add(appends);
    }
}
