using System.Text;

namespace Presets.Console.Tests;

/// <summary>What two versions differ in, and what a record of the history says, without a page.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void Tools_are_told_by_their_identity_wherever_they_stand()
    {
        var comparison = Comparison.Of(
            Version("""{"tools":[{"type":"function","function":{"name":"a"}},{"type":"web_search"}]}"""),
            Version("""{"tools":[{"type":"web_search","max":1},{"type":"function","function":{"name":"b"}}]}"""));

        Assert.Equal(
            [("a", 0), ("web_search", 1), ("b", 0)],
            comparison.Tools.Select(tool => (tool.Name, tool.Changes.Count)));
        Assert.Equal("max", comparison.Tools[1].Changes[0].Place);
        Assert.Empty(comparison.Fields);
    }

    [Fact]
    public void Versions_that_are_equal_but_for_white_space_do_not_differ() =>
        Assert.True(Comparison.Of(Version("""{"model":"m"}"""), Version("""{ "model" : "m" }""")).IsEmpty);

    [Fact]
    public void A_field_is_named_by_its_path()
    {
        var comparison = Comparison.Of(
            Version("""{"provider":{"only":["x"]},"a/b":1}"""), Version("""{"provider":{"only":["y"]},"a/b":1.0}"""));

        Assert.Equal(["provider.only", "a/b"], comparison.Fields.Select(field => field.Place));
        Assert.Equal(("1", "1.0"), (comparison.Fields[1].From!.Text, comparison.Fields[1].To!.Text));
    }

    [Fact]
    public void Prompts_are_compared_by_words()
    {
        var prompt = PromptComparison.Of("Same.\nBe kind, please.", "Same.\nBe brief, please.\nNew.");

        Assert.Equal([false, true, true], prompt.Lines.Select(line => line.Differs));
        Assert.Equal(["kind"], prompt.Lines[1].From!.Where(word => word.Differs).Select(word => word.Text));
        Assert.Equal(["brief"], prompt.Lines[1].To!.Where(word => word.Differs).Select(word => word.Text));
        Assert.Null(prompt.Lines[2].From);
        Assert.Equal("Be kind, please.", string.Concat(prompt.Lines[1].From!.Select(word => word.Text)));
    }

    [Fact]
    public void Long_prompts_are_compared_by_lines()
    {
        var text = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"Line {i}."));

        var prompt = PromptComparison.Of(text, text.Replace("Line 77.", "Line x.", StringComparison.Ordinal));

        Assert.Contains("-Line 77.\n+Line x.\n", prompt.Unified, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_the_history_is_told_in_lines()
    {
        var effects = Effect.ToText(
        [
            new Effect("version_created", 3), Effect.Designated(2, 3),
            new Effect("label_set", Label: "production", To: "3"),
            new Effect("label_removed", Label: "staging", From: "1"),
            new Effect("label_protected", Label: "production"),
            new Effect("edited", Field: "name", From: "\"a\"", To: "\"b\""), new Effect("archived"),
        ]);

        Assert.Equal(
            [
                "v3 created", "designated: v2 -> v3", "production: none -> v3", "staging: v1 -> none",
                "production becomes protected", "name: a -> b", "archived",
            ],
            EffectLine.Of(effects).Select(line => line.ToString()));
        Assert.Equal(3, EffectLine.CreatedBy(effects));
    }

    private static PresetVersion Version(string config) => new(
        Guid.Empty, Guid.Empty, 1, 1, "u", default, null, Encoding.UTF8.GetBytes(config), null);
}
