using static Presets.BodyKind;

namespace Presets.Tests;

public class FormatConversionTests
{
    public static TheoryData<BodyKind, BodyKind, string, string, string> Rows() => new()
    {
        {
            ChatCompletions, Responses,
            """{"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":"""
                + """{ "b":1.0 },"strict":true}}}""",
            """{"text":{"format":{"type":"json_schema","name":"n","schema":{ "b":1.0 },"strict":true}}}""", ""
        },
        {
            ChatCompletions, Responses, """{"response_format":{"type": "json_object"},"verbosity":"low"}""",
            """{"text":{"format":{"type": "json_object"},"verbosity":"low"}}""", ""
        },
        {
            ChatCompletions, Responses, """{"response_format":{"type":"grammar","grammar":"g"}}""", "{}",
            "response_format"
        },
        {
            ChatCompletions, Messages,
            """{"response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d","schema":"""
                + """{"a":1}}}}""",
            """{"output_config":{"format":{"type":"json_schema","schema":{"a":1}}}}""",
            "response_format.json_schema.description"
        },
        { ChatCompletions, Messages, """{"response_format":{"type":"text"},"verbosity":"low"}""", "{}", "verbosity" },
        { ChatCompletions, Messages, """{"response_format":{"type":"json_object"}}""", "{}", "response_format" },
        {
            ChatCompletions, Responses, """{"response_format":{"type":"json_schema","json_schema":{"name":"n"}}}""",
            "{}", "response_format"
        },
        {
            Responses, ChatCompletions,
            """{"text":{"verbosity":"high","format":{"type":"json_schema","name":"n","schema":{"a":1},"x":2}}}""",
            """{"verbosity":"high","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":"""
                + """{"a":1}}}}""", "text.format.x"
        },
        {
            Responses, Messages,
            """{"text":{"verbosity":"high","format":{"type":"json_schema","name":"n","schema":"""
                + """{"a":1},"strict":true}}}""",
            """{"output_config":{"format":{"type":"json_schema","schema":{"a":1}}}}""", "text.verbosity"
        },
        {
            Messages, ChatCompletions, """{"output_config":{"format":{"type":"json_schema","schema":{"a":1}}}}""",
            """{"response_format":{"type":"json_schema","json_schema":{"schema":{"a":1},"name":"response"}}}""", ""
        },
        {
            Messages, Responses,
            """{"output_config":{"format":{"type":"json_schema","schema":{"a":1}},"effort":"low"}}""",
            """{"text":{"format":{"type":"json_schema","schema":{"a":1},"name":"response"}},"reasoning":"""
                + """{"effort":"low"}}""", ""
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_format_of_the_output_is_said_in_the_other_body(
        BodyKind from, BodyKind to, string config, string expected, string dropped) =>
        Parts.AssertConverts(from, to, config, expected, dropped);
}
