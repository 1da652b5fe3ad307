using System.Diagnostics.Metrics;

namespace Presets.Grains;

/// <summary>
/// What this node has done in the last ten minutes, and how long its last commits took. A request costs one count;
/// the rates are made from the counts once a period.
/// </summary>
internal sealed class NodeActivity : IDisposable
{
    private readonly TimeProvider clock;
    private readonly DateTimeOffset startedAt;
    private readonly ITimer timer;
    private readonly MeterListener listener = new();
    private readonly Lock gate = new();
    private readonly Queue<(double Creates, double Reads)> rates = new(NodeReport.MostPeriods);
    private readonly double[] commits = new double[NodeReport.MostCommits];
    private long commitCount;
    private long creates;
    private long reads;
    private (long Creates, long Reads, long At) counted;

    public NodeActivity(TimeProvider clock)
    {
        this.clock = clock;
        startedAt = clock.GetUtcNow();
        counted.At = clock.GetTimestamp();
        // The instrument is the process's, and so is what this hears of it; a process is a node.
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument is { Name: "presets.commit.duration", Meter.Name: "Presets.Storage" })
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Committed(seconds));
        listener.Start();
        timer = clock.CreateTimer(_ => EndPeriod(), null, NodeReport.Period, NodeReport.Period);
    }

    /// <summary>A version was stored.</summary>
    public void Created() => Interlocked.Increment(ref creates);

    /// <summary>A preset was read.</summary>
    public void Read() => Interlocked.Increment(ref reads);

    /// <summary>A commit was answered.</summary>
    public void Committed(double seconds) =>
        Volatile.Write(ref commits[(Interlocked.Increment(ref commitCount) - 1) % commits.Length], seconds);

    /// <summary>What there is to say now.</summary>
    /// <param name="activePresets">As in the report.</param>
    /// <param name="memory">As in the report.</param>
    public NodeReport Report(int activePresets, long memory)
    {
        lock (gate)
        {
            return new NodeReport(
                Environment.MachineName,
                Release.Version,
                startedAt,
                activePresets,
                memory,
                [.. rates.Select(rate => rate.Creates)],
                [.. rates.Select(rate => rate.Reads)],
                CommitTimesOf(commits.AsSpan(0, (int)Math.Min(Interlocked.Read(ref commitCount), commits.Length))));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        listener.Dispose();
    }

    private void EndPeriod()
    {
        lock (gate)
        {
            var before = counted;
            counted = (Interlocked.Read(ref creates), Interlocked.Read(ref reads), clock.GetTimestamp());
            // A timer may be late.
            var seconds = clock.GetElapsedTime(before.At, counted.At).TotalSeconds;
            if (rates.Count == NodeReport.MostPeriods)
                rates.Dequeue();
            rates.Enqueue(
                ((counted.Creates - before.Creates) / seconds, (counted.Reads - before.Reads) / seconds));
        }
    }

    private static CommitTimes? CommitTimesOf(ReadOnlySpan<double> seconds)
    {
        if (seconds.IsEmpty)
            return null;
        var sorted = seconds.ToArray();
        Array.Sort(sorted);
        return new CommitTimes(sorted.Length, Percentile(0.5), Percentile(0.99));

        TimeSpan Percentile(double part) =>
            TimeSpan.FromSeconds(sorted[(int)Math.Ceiling(part * sorted.Length) - 1]);
    }
}
