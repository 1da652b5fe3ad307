using Microsoft.Extensions.Time.Testing;

namespace Presets.Grains.Tests;

/// <summary>
/// What a node remembers of what it did. It hears of every commit of the process, so that no other test runs beside it.
/// </summary>
[CollectionDefinition(nameof(NodeActivityTests), DisableParallelization = true)]
[Collection(nameof(NodeActivityTests))]
public sealed class NodeActivityTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly NodeActivity activity;

    public NodeActivityTests() => activity = new NodeActivity(clock);

    [Fact]
    public void A_period_has_the_rates_of_what_happened_in_it()
    {
        Repeat(20, activity.Created);
        Repeat(5, activity.Read);
        clock.Advance(NodeReport.Period);
        Repeat(30, activity.Read);
        clock.Advance(NodeReport.Period);
        Repeat(7, activity.Created);

        var report = activity.Report(activePresets: 3, memory: 4);

        Assert.Equal([2, 0], report.Creates);
        Assert.Equal([0.5, 3], report.Reads);
        Assert.Equal((3, 4L), (report.ActivePresets, report.Memory));
        Assert.Equal(clock.Start, report.StartedAt);
    }

    [Fact]
    public void Only_the_last_ten_minutes_are_kept()
    {
        activity.Created();
        for (var period = 0; period < NodeReport.MostPeriods; period++)
            clock.Advance(NodeReport.Period);
        Assert.Equal(0.1, activity.Report(0, 0).Creates[0]);

        clock.Advance(NodeReport.Period);

        Assert.Equal(NodeReport.MostPeriods, activity.Report(0, 0).Creates.Count);
        Assert.All(activity.Report(0, 0).Creates, rate => Assert.Equal(0, rate));
    }

    [Fact]
    public void The_times_of_the_last_commits_are_told()
    {
        Assert.Null(activity.Report(0, 0).Commits);
        Repeat(NodeReport.MostCommits, () => activity.Committed(9));
        for (var i = 1; i <= NodeReport.MostCommits; i++)
            activity.Committed(i / 1000.0);

        var commits = activity.Report(0, 0).Commits!;

        Assert.Equal(NodeReport.MostCommits, commits.Count);
        Assert.Equal(TimeSpan.FromMilliseconds(512), commits.Median);
        Assert.Equal(TimeSpan.FromMilliseconds(1014), commits.P99);
    }

    [Fact]
    public void Nothing_is_lost_when_many_count_at_once()
    {
        Parallel.For(0, 10_000, _ => activity.Created());
        clock.Advance(NodeReport.Period);

        Assert.Equal([1000], activity.Report(0, 0).Creates);
    }

    public void Dispose() => activity.Dispose();

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
            action();
    }
}
