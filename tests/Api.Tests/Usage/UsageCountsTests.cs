using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;

namespace Presets.Api.Tests;

/// <summary>What a node counts in memory, and what it measures.</summary>
public sealed class UsageCountsTests : IDisposable
{
    private static readonly DateTimeOffset Night = new(2026, 4, 20, 23, 59, 59, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Night);
    private readonly UsageMetrics metrics = new();
    private readonly PresetName name = new(Guid.CreateVersion7(), "preset-" + Guid.NewGuid().ToString("N"));
    private readonly Guid preset = Guid.CreateVersion7();
    private readonly UsageCounts counts;

    public UsageCountsTests() => counts = new UsageCounts(metrics, clock);

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void A_request_counts_on_the_day_it_ends_in_UTC_and_for_its_version()
    {
        counts.Add(name, preset, 1, UsageClass.Success);
        counts.Add(name, preset, 2, UsageClass.Cancelled);
        clock.Advance(TimeSpan.FromSeconds(1));
        counts.Add(name, preset, 1, UsageClass.ServerError);
        clock.Advance(TimeSpan.FromHours(1));
        counts.Add(name, preset, 1, UsageClass.ServerError);

        var (today, tomorrow) = (new DateOnly(2026, 4, 20), new DateOnly(2026, 4, 21));
        Assert.Equal(
            new Dictionary<UsageKey, UsageTally>
            {
                [new(preset, today, 1)] = new(1, 0, 0, 0, 0, Night, Night),
                [new(preset, today, 2)] = new(0, 0, 0, 0, 1, Night, Night),
                [new(preset, tomorrow, 1)] =
                    new(0, 0, 0, 2, 0, Night.AddSeconds(1), Night.AddSeconds(1).AddHours(1)),
            },
            counts.HandOver()!.Tallies);
    }

    [Fact]
    public void A_batch_is_handed_over_until_it_is_stored_and_counts_meanwhile_go_into_the_next()
    {
        Assert.Null(counts.HandOver());
        counts.Add(name, preset, 1, UsageClass.Success);

        var first = counts.HandOver()!;
        counts.Add(name, preset, 1, UsageClass.ClientError);

        Assert.Same(first, counts.HandOver());
        Assert.Equal([(1, 1), (2, 1)], counts.Of(preset).Select(each => (each.Sequence, each.Tally.Requests)));
        Assert.Empty(counts.Of(Guid.CreateVersion7()));
        counts.Stored(first);
        var second = counts.HandOver()!;
        counts.Stored(first);
        Assert.Same(second, counts.HandOver());
        Assert.Equal((1, 2), (first.Sequence, second.Sequence));
        Assert.Equal(1, Assert.Single(second.Tallies).Value.ClientError);
        counts.Stored(second);
        Assert.Null(counts.HandOver());
    }

    [Fact]
    public async Task Requests_that_count_at_the_same_moment_are_all_counted()
    {
        var total = 0L;
        var counting = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                counts.Add(name, preset, i % 3, UsageClass.Success);
        })).ToArray();

        do
        {
            if (counts.HandOver() is { } batch)
            {
                total += batch.Tallies.Values.Sum(tally => tally.Success);
                counts.Stored(batch);
            }
        }
        while (counting.Any(task => !task.IsCompleted) || counts.Of(preset).Count > 0);
        await Task.WhenAll(counting);

        Assert.Equal(80_000, total);
    }

    [Fact]
    public void Memory_is_bounded_and_what_cannot_be_kept_is_measured()
    {
        var lost = 0L;
        using var listener = Listen("presets.usage.lost", (value, _) => lost += value);

        for (var version = 1; version <= UsageCounts.CrowdedTallies; version++)
        {
            Assert.False(counts.Crowded.IsCompleted);
            counts.Add(name, preset, version, UsageClass.Success);
        }

        Assert.True(counts.Crowded.IsCompleted);
        for (var version = 1; version <= UsageCounts.MostTallies + 7; version++)
            counts.Add(name, preset, version, UsageClass.Success);

        Assert.Equal(7, lost);
        var batch = counts.HandOver()!;
        Assert.Equal(UsageCounts.MostTallies, batch.Tallies.Count);
        Assert.Equal(
            UsageCounts.MostTallies + UsageCounts.CrowdedTallies, batch.Tallies.Values.Sum(tally => tally.Success));
        Assert.False(counts.Crowded.IsCompleted);
    }

    [Fact]
    public void Requests_are_measured_by_preset_version_and_class()
    {
        var measured = new List<string>();
        using var listener = Listen("presets.inference.requests", (value, attributes) => measured.Add(
            $"{value} {string.Join(' ', attributes.Select(each => $"{each.Key}={each.Value}"))}"));

        counts.Add(name, preset, 3, UsageClass.Success);
        counts.Add(name, preset, 3, UsageClass.ClientError);

        Assert.Equal(
            [
                $"1 class=success preset={name.Slug} version=3 workspace_id={name.WorkspaceId}",
                $"1 class=client_error preset={name.Slug} version=3 workspace_id={name.WorkspaceId}",
            ],
            measured);
    }

    [Fact]
    public void The_number_of_series_is_bounded_and_other_presets_are_measured_together()
    {
        var series = new Dictionary<string, long>();
        using var listener = Listen("presets.inference.requests", (value, attributes) =>
        {
            var key = string.Join(' ', attributes.Select(each => $"{each.Key}={each.Value}"));
            series[key] = series.GetValueOrDefault(key) + value;
        });

        for (var version = 0; version < UsageMetrics.MostSeries + 10; version++)
            metrics.Used(name, version, UsageClass.Success);
        metrics.Used(name, 0, UsageClass.Success);
        metrics.Used(name, 0, UsageClass.Cancelled);

        Assert.Equal(UsageMetrics.MostSeries + 2, series.Count);
        Assert.Equal(10, series["class=success preset=other"]);
        Assert.Equal(1, series["class=cancelled preset=other"]);
        Assert.Equal(2, series[$"class=success preset={name.Slug} version=0 workspace_id={name.WorkspaceId}"]);
    }

    // Only what this class measures: its tests run one after the other, and others may use presets at the same time.
    private static MeterListener Listen(string instrument, Action<long, KeyValuePair<string, object?>[]> measure)
    {
        var test = Thread.CurrentThread;
        var listener = new MeterListener
        {
            InstrumentPublished = (published, self) =>
            {
                if (published.Name == instrument)
                    self.EnableMeasurementEvents(published);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, attributes, _) =>
        {
            if (Thread.CurrentThread == test)
                measure(value, attributes.ToArray());
        });
        listener.Start();
        return listener;
    }
}
