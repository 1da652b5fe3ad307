using static Presets.BodyKind;

namespace Presets.Tests;

public class ToolConversionTests
{
    public static TheoryData<BodyKind, BodyKind, string, string, string> Rows() => new()
    {
        {
            ChatCompletions, Responses,
            """{"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":"""
                + """{ "z":1.0,"a":2 },"strict":true}}]}""",
            """{"tools":[{"type":"function","name":"f","description":"d","parameters":"""
                + """{ "z":1.0,"a":2 },"strict":true}]}""", ""
        },
        {
            ChatCompletions, Messages,
            """{"tools":[{"type":"function","function":{"name":"f","parameters":"""
                + """{ "z":1.0 },"strict":true},"cache_control":{"type":"ephemeral"}}]}""",
            """{"tools":[{"name":"f","input_schema":{ "z":1.0 },"cache_control":{"type":"ephemeral"}}]}""",
            "tools[0].function.strict"
        },
        {
            ChatCompletions, Messages, """{"tools":[{"type":"function","function":{"name":"f"}}]}""",
            """{"tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}]}""", ""
        },
        {
            Responses, ChatCompletions,
            """{"tools":[{"type":"function","name":"f","parameters":null,"defer_loading":true},"""
                + """{"type":"mcp","server_label":"s"}]}""",
            """{"tools":[{"type":"function","function":{"name":"f"}}]}""", "tools[0].defer_loading tools[1]"
        },
        {
            Responses, Messages,
            """{"tools":[{"type":"function","name":"f","parameters":{"a":1},"defer_loading":true}]}""",
            """{"tools":[{"name":"f","input_schema":{"a":1},"defer_loading":true}]}""", ""
        },
        {
            Messages, ChatCompletions,
            """{"tools":[{"type":"custom","name":"f","description":"d","input_schema":{"a":1}},"""
                + """{"type":"bash_20250124","name":"bash"}]}""",
            """{"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"a":1}}}]}""",
            "tools[1]"
        },
        {
            Messages, Responses,
            """{"tools":[{"name":"f","input_schema":{"a":1},"cache_control":{"type":"ephemeral"}}]}""",
            """{"tools":[{"type":"function","name":"f","parameters":{"a":1}}]}""", "tools[0].cache_control"
        },
        {
            ChatCompletions, Messages, """{"tools":[ {"type":"openrouter:web_search", "parameters":{}} ]}""",
            """{"tools":[ {"type":"openrouter:web_search", "parameters":{}} ]}""", ""
        },
        {
            Responses, ChatCompletions, """{"tools":[{"type":"openrouter:shell"},{"type":"openrouter:new"}]}""",
            """{"tools":[{"type":"openrouter:new"}]}""", "tools[0]"
        },
        {
            ChatCompletions, Responses,
            """{"tools":[{"type":"web_search","allowed_domains":["a"],"excluded_domains":["b"],"max_characters":5}]}""",
            """{"tools":[{"type":"web_search","filters":{"allowed_domains":["a"],"excluded_domains":["b"]}}]}""",
            "tools[0].max_characters"
        },
        {
            Responses, ChatCompletions,
            """{"tools":[{"type":"web_search","filters":{"allowed_domains":["a"],"blocked_domains":"""
                + """["b"]},"engine":"exa"}]}""",
            """{"tools":[{"type":"web_search","allowed_domains":["a"],"engine":"exa"}]}""",
            "tools[0].filters.blocked_domains"
        },
        { ChatCompletions, Messages, """{"tools":[]}""", """{"tools":[]}""", "" },
        { ChatCompletions, Messages, """{"tools":[{"type":"function"},1,{"type":"x"}]}""", "{}", "tools" },
        {
            ChatCompletions, Responses,
            """{"deferred_tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}""",
            """{"deferred_tools":[{"type":"function","name":"f","parameters":{}}]}""", ""
        },
        { ChatCompletions, Messages, """{"deferred_tools":true}""", """{"deferred_tools":true}""", "" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Tools_are_written_as_the_other_body_writes_them(
        BodyKind from, BodyKind to, string config, string expected, string dropped) =>
        Parts.AssertConverts(from, to, config, expected, dropped);
}
