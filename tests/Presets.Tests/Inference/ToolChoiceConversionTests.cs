using static Presets.BodyKind;

namespace Presets.Tests;

public class ToolChoiceConversionTests
{
    public static TheoryData<BodyKind, BodyKind, string, string, string> Rows() => new()
    {
        { ChatCompletions, Messages, """{"tool_choice":"auto"}""", """{"tool_choice":{"type":"auto"}}""", "" },
        { ChatCompletions, Messages, """{"tool_choice":"required"}""", """{"tool_choice":{"type":"any"}}""", "" },
        { Responses, Messages, """{"tool_choice":"none"}""", """{"tool_choice":{"type":"none"}}""", "" },
        {
            ChatCompletions, Messages, """{"tool_choice":{"type":"function","function":{"name":"f"}}}""",
            """{"tool_choice":{"type":"tool","name":"f"}}""", ""
        },
        {
            Responses, Messages, """{"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false}""",
            """{"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}}""", ""
        },
        {
            Responses, Messages, """{"parallel_tool_calls":false}""",
            """{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""", ""
        },
        { Responses, Messages, """{"parallel_tool_calls":true}""", "{}", "" },
        {
            Responses, Messages, """{"tool_choice":"auto","parallel_tool_calls":true}""",
            """{"tool_choice":{"type":"auto","disable_parallel_tool_use":false}}""", ""
        },
        {
            ChatCompletions, Messages, """{"tool_choice":"none","parallel_tool_calls":false}""",
            """{"tool_choice":{"type":"none"}}""", "parallel_tool_calls"
        },
        {
            ChatCompletions, Responses, """{"tool_choice":{"type":"function","function":{"name":"f"}}}""",
            """{"tool_choice":{"type":"function","name":"f"}}""", ""
        },
        {
            Responses, ChatCompletions, """{"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":true}""",
            """{"tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":true}""", ""
        },
        {
            Responses, ChatCompletions, """{"tool_choice":{"type":"web_search_preview"}}""",
            """{"tool_choice":{"type":"web_search_preview"}}""", ""
        },
        {
            Responses, ChatCompletions, """{"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[]}}""", "{}",
            "tool_choice"
        },
        { ChatCompletions, Responses, """{"tool_choice":{"type":"openrouter:advisor"}}""", "{}", "tool_choice" },
        { Messages, ChatCompletions, """{"tool_choice":{"type":"any"}}""", """{"tool_choice":"required"}""", "" },
        {
            Messages, Responses, """{"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}}""",
            """{"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false}""", ""
        },
        {
            Messages, ChatCompletions,
            """{"tools":[{"name":"f","input_schema":{}},"""
                + """{"type":"web_search_20250305","name":"web_search"}],"tool_choice":"""
                + """{"type":"tool","name":"web_search"}}""",
            """{"tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}""", "tools[1] tool_choice"
        },
        {
            Responses, ChatCompletions,
            """{"tools":[{"type":"file_search"}],"tool_choice":"required","parallel_tool_calls":true}""", "{}",
            "tools tool_choice parallel_tool_calls"
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_choice_of_tools_is_said_in_the_other_body(
        BodyKind from, BodyKind to, string config, string expected, string dropped) =>
        Parts.AssertConverts(from, to, config, expected, dropped);
}
