using System.Text;
using System.Text.Json;

namespace Presets.Console;

/// <summary>What came of a try, readable.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Took">From the request to the end of the answer.</param>
/// <param name="Raw">The answer as it came, JSON over several lines.</param>
public sealed record TryAnswer(int Status, TimeSpan Took, string Raw)
{
    /// <summary>What the model said; null when it said nothing.</summary>
    public string? Text { get; private init; }

    /// <summary>What it thought, if that is told.</summary>
    public string? Reasoning { get; private init; }

    /// <summary>The tools that it calls.</summary>
    public IReadOnlyList<ToolCall> Calls { get; private init; } = [];

    /// <summary>Why it ended.</summary>
    public string? Finish { get; private init; }

    /// <summary>The tokens of the request.</summary>
    public long? Input { get; private init; }

    /// <summary>The tokens of the answer.</summary>
    public long? Output { get; private init; }

    /// <summary>What went wrong, as the service or the upstream says it.</summary>
    public string? Error { get; init; }

    /// <summary>The fields of the preset that were left out, as <c>X-Preset-Dropped</c> names them.</summary>
    public string? Dropped { get; init; }

    /// <summary>The variables without a text, as <c>X-Preset-Unfilled</c> names them.</summary>
    public string? Unfilled { get; init; }

    /// <summary>Reads an answer.</summary>
    /// <param name="kind">The dialect.</param>
    public static TryAnswer Of(BodyKind kind, int status, TimeSpan took, ReadOnlyMemory<byte> body)
    {
        var answer = new TryAnswer(status, took, Encoding.UTF8.GetString(body.Span));
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            answer = answer with { Raw = JsonLayout.Indent(root) };
            if (status >= 300)
            {
                return answer with
                {
                    Error = ErrorOf(root) ?? $"The upstream answered with the status {status}.",
                };
            }

            return kind switch
            {
                BodyKind.ChatCompletions => answer.WithChat(root),
                BodyKind.Messages => answer.WithMessage(root),
                _ => answer.WithResponse(root),
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The latter is half a character in a text.
            return answer with { Error = $"The upstream's answer, of the status {status}, cannot be read as JSON." };
        }
    }

    private TryAnswer WithChat(JsonElement root)
    {
        var choice = root.Items("choices").FirstOrDefault();
        var message = choice.Member("message");
        var usage = root.Member("usage");
        return this with
        {
            Error = ErrorOf(root) ?? ErrorOf(choice),
            Text = message.Text("content") ?? message.Text("refusal"),
            Reasoning = message.Text("reasoning") ?? message.Text("reasoning_content"),
            Calls =
            [
                .. message.Items("tool_calls").Select(call => call.Member("function"))
                    .Select(call => ToolCall.Of(call.Text("name"), call.Member("arguments"))),
            ],
            Finish = choice.Text("finish_reason"),
            Input = usage.Number("prompt_tokens"),
            Output = usage.Number("completion_tokens"),
        };
    }

    private TryAnswer WithMessage(JsonElement root)
    {
        var blocks = root.Items("content").ToLookup(block => block.Text("type"));
        var usage = root.Member("usage");
        return this with
        {
            Text = Joined(blocks["text"], "text"),
            Reasoning = Joined(blocks["thinking"], "thinking"),
            Calls = [.. blocks["tool_use"].Select(call => ToolCall.Of(call.Text("name"), call.Member("input")))],
            Finish = root.Text("stop_reason"),
            Input = usage.Number("input_tokens"),
            Output = usage.Number("output_tokens"),
        };
    }

    private TryAnswer WithResponse(JsonElement root)
    {
        var items = root.Items("output").ToLookup(item => item.Text("type"));
        var said = items["message"].SelectMany(item => item.Items("content")).ToList();
        var usage = root.Member("usage");
        return this with
        {
            Error = ErrorOf(root),
            Text = Joined(said, "text") ?? Joined(said, "refusal"),
            Reasoning = Joined(items["reasoning"].SelectMany(item => item.Items("summary")), "text"),
            Calls =
            [
                .. items["function_call"].Select(call => ToolCall.Of(call.Text("name"), call.Member("arguments"))),
            ],
            Finish = root.Member("incomplete_details").Text("reason") ?? root.Text("status"),
            Input = usage.Number("input_tokens"),
            Output = usage.Number("output_tokens"),
        };
    }

    private static string? Joined(IEnumerable<JsonElement> parts, string member) =>
        string.Concat(parts.Select(part => part.Text(member))) is { Length: > 0 } text ? text : null;

    // All three dialects, and the servers that speak them nearly, put the sentence there.
    private static string? ErrorOf(JsonElement root) => root.Member("error").Text("message") ?? root.Text("error");
}

/// <summary>A call of a tool.</summary>
/// <param name="Arguments">JSON over several lines, or what the model wrote in its place.</param>
public sealed record ToolCall(string Name, string Arguments)
{
    internal static ToolCall Of(string? name, JsonElement arguments)
    {
        if (arguments.ValueKind != JsonValueKind.String)
            return new(name ?? "", arguments.ValueKind == JsonValueKind.Undefined ? "" : JsonLayout.Indent(arguments));
        var text = arguments.GetString()!;
        try
        {
            return new(name ?? "", JsonLayout.Indent(Encoding.UTF8.GetBytes(text)));
        }
        catch (JsonException)
        {
            return new(name ?? "", text);
        }
    }
}
