namespace Presets.Grains.Tests;

public sealed class PresetGrainKeyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("7B")]
    [InlineData("0000007b")]
    [InlineData("._~-")]
    public void A_key_names_its_preset(string slug)
    {
        var preset = new PresetName(Guid.CreateVersion7(), slug);

        Assert.Equal(preset, PresetGrainKey.Parse(PresetGrainKey.Of(preset)));
    }

    [Fact]
    public void Two_presets_never_share_a_key()
    {
        var workspace = Guid.CreateVersion7();
        string[] slugs = ["a", "A", "a.b", "a-b", "7b", "7B", "0000007b", new string('a', 128)];

        var names = slugs.SelectMany(
            slug => new[] { new PresetName(workspace, slug), new PresetName(Guid.CreateVersion7(), slug) });
        var keys = names.Select(PresetGrainKey.Of).ToList();

        Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
    }
}
