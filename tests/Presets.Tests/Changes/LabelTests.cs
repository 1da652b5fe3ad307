namespace Presets.Tests;

public sealed class LabelTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("prod-2026.04_b")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789")]
    public void A_valid_name_has_no_fault(string name) => Assert.Null(Label.FaultOf(name));

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("-a")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789x")]
    [InlineData("latest")]
    [InlineData("designated")]
    [InlineData("nitro")]
    [InlineData("floor")]
    [InlineData("online")]
    [InlineData("exacto")]
    [InlineData("free")]
    [InlineData("extended")]
    [InlineData("thinking")]
    public void Any_other_name_has_one(string name) => Assert.NotNull(Label.FaultOf(name));

    [Fact]
    public void A_set_is_ordered_by_name_compared_by_value_and_read_as_it_was_written()
    {
        var set = LabelSet.None.With(new("b", 2, false)).With(new("a", 1, true)).With(new("b", 3, false));

        Assert.Equal(["a", "b"], ((IEnumerable<Label>)set).Select(label => label.Name));
        Assert.Equal(3, set.Find("b")!.Version);
        Assert.Null(set.Find("c"));
        Assert.Equal(
            """[{"label":"a","version":1,"protected":true},{"label":"b","version":3,"protected":false}]""",
            set.ToText());
        Assert.Equal(set, LabelSet.Parse(set.ToText()));
        Assert.NotEqual(set, set.With(new("a", 1, false)));
        Assert.Equal(LabelSet.None, set.Without("a").Without("b").Without("c"));
        Assert.Null(LabelSet.None.ToText());
        Assert.Equal(LabelSet.None, LabelSet.Parse(null));
    }
}
