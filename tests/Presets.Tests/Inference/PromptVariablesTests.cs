namespace Presets.Tests;

public class PromptVariablesTests
{
    private const string Prompt = "Hi {{name}}, {{{a.b-C_1}}} \\\"{{ name }}\\\" {{name}}{{other}}{{}} {{\\n}} {{name}";

    [Theory]
    [InlineData("", Prompt, "")]
    [InlineData(",\"preset_variables\":null", Prompt, "")]
    [InlineData(",\"preset_variables\":{}", Prompt, "name a.b-C_1 other")]
    [InlineData(
        ",\"preset_variables\":{\"name\":\"{{other}}\\u0021\",\"a.b-C_1\":null,\"x\":\"y\",\"other\":\"\"}",
        "Hi {{other}}\\u0021, {{{a.b-C_1}}} \\\"{{ name }}\\\" {{other}}\\u0021{{}} {{\\n}} {{name}",
        "a.b-C_1")]
    [InlineData(
        ",\"preset_variables\":"
        + "{\"n\\u0061me\":{\"text\":\"N\",\"type\":\"input_text\"},\"a.b-C_1\":\"A\",\"other\":\"O\"}",
        "Hi N, {A} \\\"{{ name }}\\\" NO{{}} {{\\n}} {{name}",
        "")]
    public void Variables_are_replaced_in_one_pass(string member, string expected, string unfilled)
    {
        var part = Merging.Part(BodyKind.Messages, "{}", Prompt);

        var merged = Merging.Merge(BodyKind.Messages, $"{{\"model\":\"m@preset/s\"{member}}}", part);

        Assert.Equal($"{{\"model\":\"m\",\"system\":\"{expected}\"}}", merged.Text());
        Assert.Equal(unfilled, string.Join(' ', merged.Unfilled));
    }

    [Fact]
    public void A_stored_prompt_brings_its_variables()
    {
        var part = Merging.Part(BodyKind.Responses, "{\"model\":\"p\"}", "{{a}}{{b}}");

        var merged = Merging.Merge(
            BodyKind.Responses,
            "{\"prompt\":{\"id\":\"s\",\"variables\":{\"a\":\"A\"}},\"instructions\":\"own\"}",
            part);

        Assert.Equal("{\"instructions\":\"A{{b}}\\n\\nown\",\"model\":\"p\"}", merged.Text());
        Assert.Equal(["b"], merged.Unfilled);
    }

    [Fact]
    public void A_prompt_of_empty_variables_is_none()
    {
        var part = Merging.Part(BodyKind.Messages, "{}", "{{a}}");

        var merged = Merging.Merge(
            BodyKind.Messages, "{\"model\":\"m@preset/s\",\"preset_variables\":{\"a\":\"\"}}", part);

        Assert.Equal("{\"model\":\"m\"}", merged.Text());
    }

    [Fact]
    public void A_name_has_at_most_64_characters()
    {
        var (longest, tooLong) = (new string('n', 64), new string('n', 65));
        var part = Merging.Part(BodyKind.Messages, "{}", $"{{{{{longest}}}}}{{{{{tooLong}}}}}");

        var merged = Merging.Merge(
            BodyKind.Messages,
            $"{{\"model\":\"m@preset/s\",\"preset_variables\":{{\"{longest}\":\"a\",\"{tooLong}\":\"b\"}}}}",
            part);

        Assert.Equal($"{{\"model\":\"m\",\"system\":\"a{{{{{tooLong}}}}}\"}}", merged.Text());
    }
}
