using static Presets.BodyKind;

namespace Presets.Tests;

public class LockConversionTests
{
    public static TheoryData<BodyKind, BodyKind, string, string> Rows() => new()
    {
        { ChatCompletions, Messages, "model", "model" },
        { ChatCompletions, Responses, "provider.only", "provider.only" },
        { ChatCompletions, Responses, "provider", "provider" },
        { ChatCompletions, Responses, "max_tokens", "max_output_tokens" },
        { ChatCompletions, Messages, "max_completion_tokens", "max_tokens" },
        { Responses, ChatCompletions, "max_output_tokens", "max_completion_tokens max_tokens" },
        { Messages, ChatCompletions, "fallbacks", "models" },
        { ChatCompletions, Messages, "models", "models fallbacks" },
        { Responses, ChatCompletions, "text.format", "response_format" },
        { Responses, ChatCompletions, "text.format.schema.type", "response_format" },
        { Responses, ChatCompletions, "text", "response_format verbosity" },
        { Responses, Messages, "text", "output_config.format" },
        { ChatCompletions, Responses, "response_format", "text.format" },
        { ChatCompletions, Responses, "verbosity", "text.verbosity" },
        { ChatCompletions, Responses, "reasoning", "reasoning" },
        { ChatCompletions, Responses, "reasoning_effort", "reasoning.effort" },
        { Responses, ChatCompletions, "reasoning.effort", "reasoning_effort reasoning.effort" },
        { ChatCompletions, Messages, "reasoning", "output_config.effort thinking" },
        { ChatCompletions, Messages, "reasoning_effort", "output_config.effort thinking" },
        { Responses, Messages, "reasoning.max_tokens", "thinking" },
        {
            Messages, Responses, "thinking.budget_tokens",
            "reasoning.effort reasoning.max_tokens reasoning.enabled"
        },
        { Messages, Responses, "output_config.effort", "reasoning.effort" },
        { Messages, Responses, "tool_choice", "tool_choice parallel_tool_calls" },
        { ChatCompletions, Messages, "parallel_tool_calls", "tool_choice.disable_parallel_tool_use" },
        { ChatCompletions, Messages, "stop", "stop_sequences" },
        { ChatCompletions, Messages, "seed", "" },
        { ChatCompletions, Responses, "reasoning.exclude", "" },
        { Messages, Responses, "speed", "" },

        // What presets do not hold, and requests may
        { ChatCompletions, Messages, "user", "user" },
        { ChatCompletions, Messages, "debug", "" },
        { ChatCompletions, Messages, "unknown.a", "unknown.a" },
        { Messages, ChatCompletions, "user", "user" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_lock_is_converted_with_its_field(BodyKind from, BodyKind to, string locked, string expected)
    {
        var part = Parts.Part(from, to, "{}", $"[\"{locked}\"]");

        Assert.Equal(expected, string.Join(' ', part.Locked.Select(path => path.ToString())));
    }

    [Fact]
    public void Locks_of_the_same_place_are_one()
    {
        var part = Parts.Part(ChatCompletions, Responses, "{}", """["max_tokens","max_completion_tokens","a","a.b"]""");

        Assert.Equal(["max_output_tokens", "a"], part.Locked.Select(path => path.ToString()));
    }
}
