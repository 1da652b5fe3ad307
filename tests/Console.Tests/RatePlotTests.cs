namespace Presets.Console.Tests;

/// <summary>Rates as a drawing.</summary>
public sealed class RatePlotTests
{
    [Fact]
    public void The_newest_rate_is_at_the_right_and_the_highest_fills_the_height()
    {
        var plot = new RatePlot([1, 0, 4, 2]);

        Assert.Equal("M280 60V45h4V60ZM290 60V0h4V60ZM295 60V30h4V60Z", plot.Path);
        Assert.Equal((2, 4), (plot.Now, plot.Most));
    }

    [Fact]
    public void Without_rates_there_is_nothing_to_see()
    {
        Assert.Equal(("", ""), (new RatePlot([]).Path, new RatePlot([0]).Path));
        Assert.Equal((0, 0), (new RatePlot([]).Now, RatePlot.Sum([]).Most));
    }

    [Fact]
    public void Nodes_that_started_at_different_times_are_added_from_the_newest_rate_on() =>
        Assert.Equal([1, 12, 23], RatePlot.Sum([[1, 2, 3], [10, 20], []]).Rates);

    [Theory]
    [InlineData(0, "0"), InlineData(0.1, "0.1"), InlineData(12.34, "12.3"), InlineData(12345.6, "12,346")]
    public void A_rate_is_a_short_text(double rate, string text) => Assert.Equal(text, RatePlot.Text(rate));
}
