using static Presets.BodyKind;

namespace Presets.Tests;

public class ReasoningConversionTests
{
    public static TheoryData<BodyKind, BodyKind, string, string, string> Rows() => new()
    {
        { ChatCompletions, Messages, """{"reasoning_effort":"high"}""", """{"output_config":{"effort":"high"}}""", "" },
        {
            ChatCompletions, Messages, """{"reasoning":{"effort":"low"}}""", """{"output_config":{"effort":"low"}}""",
            ""
        },
        {
            ChatCompletions, Messages, """{"reasoning_effort":"minimal"}""", """{"output_config":{"effort":"low"}}""",
            ""
        },
        { ChatCompletions, Messages, """{"reasoning_effort":"none"}""", """{"thinking":{"type":"disabled"}}""", "" },
        {
            ChatCompletions, Messages, """{"reasoning":{"max_tokens":1e3}}""",
            """{"thinking":{"type":"enabled","budget_tokens":1e3}}""", ""
        },
        {
            ChatCompletions, Messages, """{"reasoning":{"enabled":true,"max_tokens":8,"effort":"max"}}""",
            """{"thinking":{"type":"enabled","budget_tokens":8},"output_config":{"effort":"max"}}""", ""
        },
        { ChatCompletions, Messages, """{"reasoning":{"enabled":true}}""", """{"thinking":{"type":"adaptive"}}""", "" },
        {
            ChatCompletions, Messages, """{"reasoning":{"enabled":false,"max_tokens":8}}""",
            """{"thinking":{"type":"disabled"}}""", "reasoning.max_tokens"
        },
        {
            ChatCompletions, Messages, """{"reasoning":{"summary":"auto","exclude":true,"enabled":"x"}}""", "{}",
            "reasoning.summary reasoning.exclude reasoning.enabled"
        },
        { ChatCompletions, Responses, """{"reasoning_effort":"none"}""", """{"reasoning":{"effort":"none"}}""", "" },
        {
            ChatCompletions, Responses, """{"reasoning": { "summary":"auto", "effort":"low" }}""",
            """{"reasoning":{ "summary":"auto", "effort":"low" }}""", ""
        },
        {
            ChatCompletions, Responses, """{"reasoning":{"effort":"low","exclude":true},"reasoning_effort":"low"}""",
            """{"reasoning":{"effort":"low"}}""", "reasoning.exclude"
        },
        {
            ChatCompletions, Responses, """{"reasoning_effort":"low","reasoning":{"effort":"high"}}""",
            """{"reasoning":{"effort":"high"}}""", "reasoning_effort"
        },
        { Responses, ChatCompletions, """{"reasoning":{"effort":"high"}}""", """{"reasoning_effort":"high"}""", "" },
        {
            Responses, ChatCompletions, """{"reasoning":{"effort":"high","mode":"pro","context":"auto"}}""",
            """{"reasoning_effort":"high"}""", "reasoning.mode reasoning.context"
        },
        {
            Responses, ChatCompletions, """{"reasoning":{"effort":"high", "summary":"auto"}}""",
            """{"reasoning":{"effort":"high", "summary":"auto"}}""", ""
        },
        {
            Responses, ChatCompletions, """{"reasoning":{"max_tokens":100}}""", """{"reasoning":{"max_tokens":100}}""",
            ""
        },
        { Responses, Messages, """{"reasoning":{"effort":"xhigh"}}""", """{"output_config":{"effort":"xhigh"}}""", "" },
        {
            Responses, Messages, """{"reasoning":{"max_tokens":2048}}""",
            """{"thinking":{"type":"enabled","budget_tokens":2048}}""", ""
        },
        { Messages, ChatCompletions, """{"output_config":{"effort":"max"}}""", """{"reasoning_effort":"max"}""", "" },
        { Messages, ChatCompletions, """{"thinking":{"type":"disabled"}}""", """{"reasoning_effort":"none"}""", "" },
        { Messages, ChatCompletions, """{"thinking":{"type":"adaptive"}}""", """{"reasoning":{"enabled":true}}""", "" },
        {
            Messages, ChatCompletions,
            """{"thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"high"}}""",
            """{"reasoning_effort":"high"}""", "thinking.display"
        },
        {
            Messages, ChatCompletions,
            """{"thinking":{"type":"enabled","budget_tokens":2048},"output_config":{"effort":"high"}}""",
            """{"reasoning":{"max_tokens":2048}}""", "output_config.effort"
        },
        { Messages, ChatCompletions, """{"thinking":{"type":"tomorrow","display":"omitted"}}""", "{}", "thinking" },
        { Messages, Responses, """{"output_config":{"effort":"low"}}""", """{"reasoning":{"effort":"low"}}""", "" },
        { Messages, Responses, """{"thinking":{"type":"disabled"}}""", """{"reasoning":{"effort":"none"}}""", "" },
        {
            Messages, Responses,
            """{"thinking":{"budget_tokens":1024,"type":"enabled"},"output_config":{"task_budget":{"total":20000}}}""",
            """{"reasoning":{"max_tokens":1024}}""", "output_config.task_budget"
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void How_much_a_model_thinks_is_said_in_the_other_body(
        BodyKind from, BodyKind to, string config, string expected, string dropped) =>
        Parts.AssertConverts(from, to, config, expected, dropped);
}
