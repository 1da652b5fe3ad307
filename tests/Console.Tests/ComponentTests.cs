using Bunit;
using Presets.Api;

namespace Presets.Console.Tests;

/// <summary>What components make of values that a page seldom has.</summary>
public sealed class ComponentTests : IDisposable
{
    private static readonly DateOnly Since = new(2026, 3, 22);
    private static readonly DateTimeOffset At = new(2026, 4, 20, 23, 30, 0, TimeSpan.Zero);

    private readonly BunitContext context = new();

    [Theory]
    [InlineData(0, 25, 25, true, null)]
    [InlineData(0, 25, 26, true, "1–25 of 26 Next@25")]
    [InlineData(25, 25, 26, true, "26–26 of 26 Previous@0")]
    [InlineData(10, 25, 1234, true, "11–35 of 1,234 Previous@0 Next@35")]
    [InlineData(50, 50, 101, false, "51–100 Previous@0 Next@100")]
    public void A_pager_leads_to_the_parts_that_there_are(
        long offset, int pageSize, long total, bool isCounted, string? expected)
    {
        var pager = context.Render<Pager>(parameters => parameters
            .Add(each => each.Offset, offset)
            .Add(each => each.PageSize, pageSize)
            .Add(each => each.TotalCount, total)
            .Add(each => each.IsCounted, isCounted)
            .Add(each => each.UrlOf, to => to.ToString()));

        var text = pager.FindAll(".count").Select(count => count.TextContent.Trim())
            .Concat(pager.FindAll("a").Select(link => $"{link.TextContent}@{link.GetAttribute("href")}"));
        Assert.Equal(expected ?? "", string.Join(' ', text));
    }

    [Fact]
    public void A_chart_puts_the_other_versions_of_a_day_on_the_designated_one()
    {
        var chart = Chart(At, Entry(0, 2, 10), Entry(0, 1, 30), Entry(29, 2, 20));

        Assert.Equal(UsagePlot.Days, chart.FindAll(".plot g").Count);
        Assert.Equal(["17", "0", "34"], HeightsOf(".bar:not(.other)"));
        Assert.Equal(["51", "0", "0"], HeightsOf(".bar.other"));
        Assert.Equal("3", chart.FindAll(".bar.other")[0].GetAttribute("y"));
        Assert.Equal(["v2 30", "v1 30"], chart.FindAll("tbody tr").Select(row => WordsOf(row.TextContent)));
        Assert.Equal("60 requests 3 failed", WordsOf(chart.Find(".total").TextContent));

        IEnumerable<string?> HeightsOf(string selector)
        {
            var bars = chart.FindAll(selector);
            return new[] { bars[0], bars[1], bars[29] }.Select(bar => bar.GetAttribute("height"));
        }
    }

    [Fact]
    public void A_chart_without_a_request_says_since_when()
    {
        Assert.Equal("No request used it yet.", WordsOf(Chart(null).Find("p").TextContent));
        Assert.Equal("2026-04-20T23:30:00.000000Z", Chart(At).Find("time").GetAttribute("datetime"));
        Assert.StartsWith("No request used it since ", WordsOf(Chart(At).Find("p").TextContent));
    }

    [Fact]
    public void A_value_is_a_block_only_when_it_is_long()
    {
        Assert.Equal("code", RootOf("\"short\""));
        Assert.Equal("code", RootOf("[]"));
        Assert.Equal("pre", RootOf($"\"{new string('x', 201)}\""));
        Assert.Equal("pre", RootOf("""{"a": "value that makes this longer than sixty characters", "b": 1}"""));

        string RootOf(string json) => context
            .Render<ValueText>(parameters => parameters.Add(
                each => each.Value, ValueView.Of("field", System.Text.Encoding.UTF8.GetBytes(json))))
            .Find(".value").LocalName;
    }

    /// <inheritdoc/>
    public void Dispose() => context.Dispose();

    private static UsageEntry Entry(int day, int version, long requests) => UsageEntry.Of(
        new(Guid.Empty, Since.AddDays(day), version), new(requests - 1, 0, 1, 0, 0, At, At));

    private static string WordsOf(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private IRenderedComponent<UsageChart> Chart(DateTimeOffset? lastUse, params UsageEntry[] entries) =>
        context.Render<UsageChart>(parameters => parameters
            .Add(each => each.Designated, 2)
            .Add(each => each.Plot, new UsagePlot(
                new UsageResponse
                {
                    Since = Since,
                    FirstUsedAt = null,
                    LastUsedAt = lastUse,
                    Entries = entries,
                    Truncated = false,
                },
                2)));
}
