namespace Presets.Console.Tests;

/// <summary>What is wrong with a configuration, and where.</summary>
public sealed class ConfigFaultsTests
{
    [Theory]
    [InlineData("{\n  \"model\": tru\n}", 2, 15)]
    [InlineData("{\n  \"é🚆\": x\n}", 2, 10)]
    [InlineData("{\"model\": \"m\",}", 1, 15)]
    [InlineData("{\"model\": \"m\"", 1, 14)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("", 1, 1)]
    public void What_is_no_JSON_has_a_line_and_a_column(string text, int line, int column)
    {
        var fault = Assert.Single(ConfigFaults.Of(text, null));

        Assert.Equal((line, column, null), (fault.Line, fault.Column, fault.Field));
        Assert.StartsWith("The configuration is not valid JSON.", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BytePosition", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_field_has_its_own_fault_at_its_own_place()
    {
        const string Text = """
            {
              "temperature": 3,
              "é": 1,
              "model": "m",
              "stop": ["a", 1],
              "models": ["é", "@preset/x"]
            }
            """;

        var faults = ConfigFaults.Of(Text.ReplaceLineEndings("\n"), "chat_completions");

        Assert.Equal(
            [
                ("config.temperature", 2, "\"temperature\": 3"),
                ("config.é", 3, "\"é\": 1"),
                ("config.stop[1]", 5, "1"),
                ("config.models[1]", 6, "\"@preset/x\""),
            ],
            faults.Select(fault => (fault.Field!, fault.Line, Text[fault.From..fault.To])));
        Assert.Equal("config.temperature must be a number from 0 to 2.", faults[0].Message);
        Assert.Equal("config.é is no field of a chat_completions config.", faults[1].Message);
    }

    [Fact]
    public void A_place_inside_a_value_is_found()
    {
        const string Text = """{"tools": [{"a": {"b": 1, "b": 2}}, {"name": "x\u0000"}], "reasoning": 1}""";

        var faults = ConfigFaults.Of(Text, null);

        Assert.Equal(["config.tools[0].a.b", "config.reasoning"], faults.Select(fault => fault.Field));
        Assert.Equal("1", Text[faults[0].From..faults[0].To]);
    }

    [Theory]
    [InlineData("{}", "messages", "config.model is required.")]
    [InlineData("[]", null, "config must be an object.")]
    [InlineData("null", null, "config is required.")]
    [InlineData("""{"model": "m", "model": "n"}""", null, "config.model is there twice.")]
    public void A_fault_of_the_whole_is_said_once(string text, string? body, string message) =>
        Assert.Equal([message], ConfigFaults.Of(text, body).Select(fault => fault.Message));

    [Fact]
    public void Only_so_many_members_are_checked_one_by_one()
    {
        var members = string.Concat(Enumerable.Repeat("\"model\": \"m\", ", 100));

        var fault = Assert.Single(ConfigFaults.Of($$"""{{{members}}"temperature": 3}""", null));

        Assert.Equal("config.model is there twice.", fault.Message);
    }

    [Fact]
    public void A_body_has_its_own_fields()
    {
        const string Text = """{"model": "m", "thinking": {"type": "enabled"}}""";

        Assert.Empty(ConfigFaults.Of(Text, "messages"));
        Assert.Empty(ConfigFaults.Of(Text, null));
        Assert.Equal("config.thinking", ConfigFaults.Of(Text, "responses")[0].Field);
    }
}
