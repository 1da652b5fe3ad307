using System.Text;

namespace Presets.Api.Tests;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("# nothing\n", "{}")]
    [InlineData("a: 1\nb: [x, 'y', \"z\"]\n", """{"a":1,"b":["x","y","z"]}""")]
    [InlineData("a: |\n  two\n  lines\nb: >-\n  one\n  line\n", """{"a":"two\nlines\n","b":"one line"}""")]
    [InlineData("a: ~\nb:\nc: null\nd: 'null'\n", """{"a":null,"b":null,"c":null,"d":"null"}""")]
    [InlineData("a: true\nb: No\nc: 0.50\n", """{"a":true,"b":"No","c":0.50}""")]
    [InlineData("a: 007\nb: .5\nc: 1e3\n", """{"a":7,"b":0.5,"c":1e3}""")]
    [InlineData("a: .inf\nb: 0x1F\nc: 2026-04-20\n", """{"a":".inf","b":"0x1F","c":"2026-04-20"}""")]
    [InlineData("a: ! 1\n", """{"a":"1"}""")]
    [InlineData("- a:\n    - {}\n- []\n", """[{"a":[{}]},[]]""")]
    [InlineData("1: a\n", """{"1":"a"}""")]
    public void Yaml_becomes_the_json_it_stands_for(string yaml, string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(YamlText.ToJson(yaml).Span));

    [Theory]
    [InlineData("a: &x 1\nb: *x\n", "Anchors")]
    [InlineData("a: &x [lol]\nb: &y [*x, *x]\nc: [*y, *y]\n", "Anchors")]
    [InlineData("b: *x\n", "Anchors")]
    [InlineData("<<: *x\n", "Anchors")]
    [InlineData("a: !!binary R0lGOD\n", "Tags")]
    [InlineData("a: !ruby/object:Gem::Installer {}\n", "Tags")]
    [InlineData("a: 1\n---\nb: 1\n", "more than one document")]
    [InlineData("? [a, b]\n: 1\n", "scalar")]
    [InlineData("a: [1\n", "not valid YAML")]
    [InlineData("a: 1\n\tb: 2\n", "not valid YAML")]
    [InlineData("\u0000\u0001", "not valid YAML")]
    public void What_could_grow_or_is_broken_is_refused(string yaml, string why)
    {
        var refusal = Assert.Throws<Refusal>(() => YamlText.ToJson(yaml));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        Assert.Throws<Refusal>(() => YamlText.ToJson("a: " + new string('[', 100_000)));
        Assert.Throws<Refusal>(() => YamlText.ToJson(string.Concat(Enumerable.Repeat("- ", 100_000))));
        Assert.Throws<Refusal>(() => YamlText.ToJson("a: " + new string('x', 2_000_000)));
    }
}
