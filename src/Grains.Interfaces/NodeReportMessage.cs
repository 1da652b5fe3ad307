namespace Presets.Grains;

/// <summary>A <see cref="NodeReport"/> as it crosses between silos. Members are only ever added.</summary>
/// <param name="Commits">The number of commits that the two times are of; 0 for none.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.NodeReport")]
public sealed record NodeReportMessage(
    [property: Id(0)] string Machine,
    [property: Id(1)] string Release,
    [property: Id(2)] DateTimeOffset StartedAt,
    [property: Id(3)] int ActivePresets,
    [property: Id(4)] long Memory,
    [property: Id(5)] double[] Creates,
    [property: Id(6)] double[] Reads,
    [property: Id(7)] int Commits,
    [property: Id(8)] TimeSpan CommitMedian,
    [property: Id(9)] TimeSpan CommitP99)
{
    /// <summary>A report.</summary>
    public static NodeReportMessage Of(NodeReport report) =>
        new(
            report.Machine,
            report.Release,
            report.StartedAt,
            report.ActivePresets,
            report.Memory,
            [.. report.Creates],
            [.. report.Reads],
            report.Commits?.Count ?? 0,
            report.Commits?.Median ?? TimeSpan.Zero,
            report.Commits?.P99 ?? TimeSpan.Zero);

    /// <summary>The report.</summary>
    public NodeReport ToReport() =>
        new(
            Machine,
            Release,
            StartedAt,
            ActivePresets,
            Memory,
            Creates,
            Reads,
            Commits > 0 ? new CommitTimes(Commits, CommitMedian, CommitP99) : null);
}
