using System.Text.Json;

namespace Presets.Console.Tests;

/// <summary>The same answer in each dialect: a text in two parts, a call of a tool, 12 tokens in and 34 out.</summary>
internal static class Answers
{
    /// <summary>It as one JSON text.</summary>
    public static string WholeOf(string body, string text) => body switch
    {
        "chat_completions" => $$$"""
            {"choices": [{"finish_reason": "tool_calls", "message": {"role": "assistant", "content": {{{Json(text)}}},
             "tool_calls": [{"id": "1", "function": {"name": "look_up", "arguments": "{\"word\": \"x\"}"}}]}}],
             "usage": {"prompt_tokens": 12, "completion_tokens": 34}}
            """,
        "messages" => $$$"""
            {"content": [{"type": "text", "text": {{{Json(text)}}}},
             {"type": "tool_use", "id": "1", "name": "look_up", "input": {"word": "x"}}],
             "stop_reason": "tool_calls", "usage": {"input_tokens": 12, "output_tokens": 34}}
            """,
        _ => $$$"""
            {"status": "incomplete", "incomplete_details": {"reason": "tool_calls"}, "output": [
             {"type": "message", "content": [{"type": "output_text", "text": {{{Json(text)}}}}]},
             {"type": "function_call", "name": "look_up", "arguments": "{\"word\": \"x\"}"}],
             "usage": {"input_tokens": 12, "output_tokens": 34}}
            """,
    };

    /// <summary>It as events.</summary>
    public static IEnumerable<string> EventsOf(string body, string text)
    {
        var (first, rest) = (Json(text[..(text.Length / 2)]), Json(text[(text.Length / 2)..]));
        string[] events = body switch
        {
            "chat_completions" =>
            [
                $$$"""{"choices": [{"delta": {"role": "assistant", "content": {{{first}}}}}]}""",
                $$$"""{"choices": [{"delta": {"content": {{{rest}}}}}]}""",
                """{"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"name": "look_up"}}]}}]}""",
                """{"choices": [{"delta": {"tool_calls": [{"index":0, "function": {"arguments": "{\"word\":"}}]}}]}""",
                """{"choices": [{"delta": {"tool_calls": [{"index":0, "function": {"arguments": "\"x\"}"}}]}}]}""",
                """{"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}""",
                """{"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 34}}""",
                "[DONE]",
            ],
            "messages" =>
            [
                """{"type": "message_start", "message": {"content": [], "usage": {"input_tokens": 12}}}""",
                """{"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}""",
                $$$"""{"type": "content_block_delta", "index": 0, "delta": {"text": {{{first}}}}}""",
                $$$"""{"type": "content_block_delta", "index": 0, "delta": {"text": {{{rest}}}}}""",
                """{"type": "a_block", "index": 1, "content_block": {"type": "tool_use", "name": "look_up"}}""",
                """{"type": "content_block_delta", "index": 1, "delta": {"partial_json": "{\"word\": "}}""",
                """{"type": "content_block_delta", "index": 1, "delta": {"partial_json": "\"x\"}"}}""",
                """{"type": "message_delta", "delta": {"stop_reason": "tool_calls"}, "usage": {"output_tokens": 34}}""",
                """{"type": "message_stop"}""",
            ],
            _ =>
            [
                """{"type": "response.created", "response": {"status": "in_progress"}}""",
                $$$"""{"type": "response.output_text.delta", "output_index": 0, "delta": {{{first}}}}""",
                $$$"""{"type": "response.output_text.delta", "output_index": 0, "delta": {{{rest}}}}""",
                """
                {"type": "response.output_item.added", "output_index": 1,
                data:  "item": {"type": "function_call", "name": "look_up", "arguments": ""}}
                """,
                """{"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "{\"word\": "}""",
                """{"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "\"x\"}"}""",
                """
                {"type": "response.output_item.done", "output_index": 1,
                data:  "item": {"type": "function_call", "name": "look_up", "arguments": "{\"word\": \"x\"}"}}
                """,
                $$$"""{"type": "response.incomplete", "response": {{{WholeOf(body, text)}}}}"""
                    .ReplaceLineEndings("\ndata: "),
            ],
        };
        return events.Select(each => $"data: {each}\n\n");
    }

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
