using static Presets.BodyKind;

namespace Presets.Tests;

public class ValueConversionTests
{
    public static TheoryData<BodyKind, BodyKind, string, string, string> Rows() => new()
    {
        { ChatCompletions, Messages, """{"max_tokens":1024.0}""", """{"max_tokens":1024.0}""", "" },
        { ChatCompletions, Messages, """{"max_completion_tokens":9}""", """{"max_tokens":9}""", "" },
        {
            ChatCompletions, Responses, """{"max_tokens":8,"max_completion_tokens":9}""", """{"max_output_tokens":9}""",
            "max_tokens"
        },
        {
            ChatCompletions, Messages, """{"max_tokens":8,"max_completion_tokens":9}""", """{"max_tokens":8}""",
            "max_completion_tokens"
        },
        { Messages, ChatCompletions, """{"max_tokens":8}""", """{"max_tokens":8}""", "" },
        { Messages, Responses, """{"max_tokens":8}""", """{"max_output_tokens":8}""", "" },
        { Responses, ChatCompletions, """{"max_output_tokens":8}""", """{"max_completion_tokens":8}""", "" },
        { Responses, Messages, """{"max_output_tokens":8}""", """{"max_tokens":8}""", "" },
        { ChatCompletions, Messages, """{"stop":"\n"}""", """{"stop_sequences":["\n"]}""", "" },
        { ChatCompletions, Messages, """{"stop":["a", "b"]}""", """{"stop_sequences":["a", "b"]}""", "" },
        { ChatCompletions, Responses, """{"stop":"a"}""", "{}", "stop" },
        { Messages, ChatCompletions, """{"stop_sequences":["a", "b"]}""", """{"stop":["a", "b"]}""", "" },
        {
            Messages, ChatCompletions, """{"stop_sequences":["a","b","c","d","e"]}""", """{"stop":["a","b","c","d"]}""",
            "stop_sequences[4]"
        },
        { Messages, Responses, """{"stop_sequences":["a"]}""", "{}", "stop_sequences" },
        {
            Messages, ChatCompletions, """{"fallbacks":[{"model":"a"},{"model":"b"}]}""", """{"models":["a","b"]}""",
            ""
        },
        {
            Messages, Responses, """{"fallbacks":[{"model":"a","x":1}],"model":"m"}""",
            """{"models":["a"],"model":"m"}""", "fallbacks[0].x"
        },
        { ChatCompletions, Messages, """{"models":[ "a" ]}""", """{"models":[ "a" ]}""", "" },
        { ChatCompletions, Messages, """{"service_tier":"auto"}""", """{"service_tier":"auto"}""", "" },
        { ChatCompletions, Messages, """{"service_tier":"default"}""", """{"service_tier":"standard_only"}""", "" },
        { ChatCompletions, Messages, """{"service_tier":"flex"}""", "{}", "service_tier" },
        { ChatCompletions, Responses, """{"service_tier":"flex"}""", """{"service_tier":"flex"}""", "" },
        { Messages, Responses, """{"service_tier":"standard_only"}""", """{"service_tier":"default"}""", "" },
        { Messages, Responses, """{"service_tier":"other"}""", "{}", "service_tier" },

        // A value that the other body does not take
        { ChatCompletions, Responses, """{"max_tool_calls":"many"}""", "{}", "max_tool_calls" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_value_is_written_as_the_other_body_writes_it(
        BodyKind from, BodyKind to, string config, string expected, string dropped) =>
        Parts.AssertConverts(from, to, config, expected, dropped);
}
