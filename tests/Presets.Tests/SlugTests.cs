using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Presets.Tests;

public sealed class SlugTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("A-Z_a.z~0-9")]
    [InlineData("...")]
    [InlineData("~")]
    public void What_needs_no_escaping_is_valid(string slug)
    {
        Assert.True(Slug.IsValid(slug));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("%2e%2e")]
    [InlineData("a@1")]
    [InlineData("a:b")]
    [InlineData("é")]
    [InlineData("ａ")]
    [InlineData("a\0")]
    [InlineData("a\n")]
    [InlineData("'; drop table presets; --")]
    public void What_would_need_escaping_is_not(string slug)
    {
        Assert.False(Slug.IsValid(slug));
    }

    [Fact]
    public void It_has_1_to_128_characters()
    {
        Assert.True(Slug.IsValid(new string('a', 128)));
        Assert.False(Slug.IsValid(new string('a', 129)));
    }

    [Property(MaxTest = 2000)]
    public Property It_is_valid_exactly_when_a_url_leaves_it_as_it_is()
    {
        var character = Gen.OneOf(Gen.Choose(0, 127), Gen.Choose('a', 'z'), Gen.Choose(0, 0xd7ff))
            .Select(code => (char)code);
        return Prop.ForAll(character.ArrayOf().Select(characters => new string(characters)).ToArbitrary(), text =>
            Assert.Equal(text.Length is > 0 and <= 128 && Uri.EscapeDataString(text) == text, Slug.IsValid(text)));
    }
}
