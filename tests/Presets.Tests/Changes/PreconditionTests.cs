namespace Presets.Tests;

public sealed class PreconditionTests
{
    private static readonly Preset None =
        Preset.New(new PresetName(Guid.CreateVersion7(), "p"), "user_1", DateTimeOffset.UnixEpoch);

    private static readonly Preset Some = None with { Revision = 3 };

    [Fact]
    public void A_tag_is_read_as_it_was_written()
    {
        Assert.Equal($"\"{Some.Id}.3\"", Some.Tag.ToString());
        Assert.True(EntityTag.TryParse(Some.Tag.ToString(), out var tag));
        Assert.Equal(Some.Tag, tag);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"0193b3a0-1111-7222-8333-444455556666.\"")]
    [InlineData("\"0193b3a0-1111-7222-8333-444455556666.-1\"")]
    [InlineData("\"0193b3a0-1111-7222-8333-444455556666.03\"")]
    [InlineData("\"0193B3A0-1111-7222-8333-444455556666.3\"")]
    [InlineData("\"0193b3a0-1111-7222-8333-444455556666.99999999999999999999\"")]
    [InlineData("\"0193b3a0-1111-7222-8333-444455556666-3\"")]
    [InlineData("0193b3a0-1111-7222-8333-444455556666.3")]
    [InlineData("W/\"0193b3a0-1111-7222-8333-444455556666.3\"")]
    public void Any_other_text_is_no_tag(string text) => Assert.False(EntityTag.TryParse(text, out _));

    [Fact]
    public void Each_condition_holds_for_the_states_it_names()
    {
        var other = new EntityTag(Guid.CreateVersion7(), 3);

        Assert.Equal((true, false), Holds(new(AnyOf: [other, Some.Tag])));
        Assert.Equal((false, false), Holds(new(AnyOf: [other, Some.Tag with { Revision = 2 }])));
        Assert.Equal((false, false), Holds(new(AnyOf: [])));
        Assert.Equal((true, false), Holds(new(Exists: true)));
        Assert.Equal((false, true), Holds(new(Absent: true)));
        Assert.Equal((false, false), Holds(new(AnyOf: [Some.Tag], Absent: true)));
        Assert.False(new Precondition(AnyOf: [None.Tag]).HoldsFor(None));
    }

    private static (bool Some, bool None) Holds(Precondition precondition) =>
        (precondition.HoldsFor(Some), precondition.HoldsFor(None));
}
