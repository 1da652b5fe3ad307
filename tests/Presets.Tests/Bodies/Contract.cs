
namespace Presets.Tests;

/// <summary>The contract's tables, written down apart from the code: name, and what a value must be.</summary>
internal static class Contract
{
    internal static readonly BodyKind[] Kinds = [BodyKind.ChatCompletions, BodyKind.Messages, BodyKind.Responses];

    /// <summary>
    /// What belongs to one call or one end user. A body without such a field in the document takes any value for it.
    /// </summary>
    internal static readonly string[] IgnoredOnPurpose =
    [
        "stream", "stream_options", "debug", "metadata", "user", "session_id", "trace", "prediction",
        "prompt_cache_key", "safety_identifier", "store", "background", "previous_response_id", "prompt", "preset",
    ];

    private const string Efforts = "one of max xhigh high medium low minimal none";
    private const string Tiers = "one of auto default fast flex priority scale";

    private static readonly Dictionary<string, string> Chat = new()
    {
        ["model"] = "model",
        ["models"] = "models",
        ["provider"] = "object",
        ["route"] = "string",
        ["plugins"] = "array",
        ["reasoning"] = "object",
        ["reasoning_effort"] = Efforts,
        ["verbosity"] = "any",
        ["temperature"] = "number 0 2",
        ["top_p"] = "number 0 1",
        ["top_k"] = "integer",
        ["top_a"] = "number",
        ["min_p"] = "number",
        ["frequency_penalty"] = "number -2 2",
        ["presence_penalty"] = "number -2 2",
        ["repetition_penalty"] = "number",
        ["seed"] = "integer",
        ["max_tokens"] = "integer",
        ["max_completion_tokens"] = "integer",
        ["max_tool_calls"] = "any",
        ["stop"] = "stop",
        ["logit_bias"] = "numbers",
        ["logprobs"] = "boolean",
        ["top_logprobs"] = "integer 0 20",
        ["response_format"] = "object",
        ["structured_outputs"] = "any",
        ["tools"] = "array",
        ["deferred_tools"] = "any",
        ["tool_choice"] = "string or object",
        ["parallel_tool_calls"] = "boolean",
        ["stop_server_tools_when"] = "array",
        ["modalities"] = "modalities",
        ["image_config"] = "object",
        ["service_tier"] = Tiers,
        ["cache_control"] = "object",
        ["prompt_cache_options"] = "object",
        ["cache_enabled"] = "any",
        ["cache_ttl_seconds"] = "any",
        ["transforms"] = "any",
    };

    private static readonly Dictionary<string, string> Messages = new()
    {
        ["model"] = "model",
        ["models"] = "models",
        ["fallbacks"] = "fallbacks",
        ["provider"] = "object",
        ["route"] = "string",
        ["plugins"] = "array",
        ["thinking"] = "object",
        ["temperature"] = "number 0 2",
        ["top_p"] = "number 0 1",
        ["top_k"] = "integer",
        ["max_tokens"] = "integer",
        ["stop_sequences"] = "strings",
        ["tools"] = "array",
        ["deferred_tools"] = "any",
        ["tool_choice"] = "object",
        ["stop_server_tools_when"] = "array",
        ["service_tier"] = "string",
        ["speed"] = "string",
        ["safeguards"] = "any",
        ["output_config"] = "object",
        ["context_management"] = "object",
        ["cache_control"] = "object",
        ["cache_enabled"] = "any",
        ["cache_ttl_seconds"] = "any",
    };

    private static readonly Dictionary<string, string> Responses = new()
    {
        ["model"] = "model",
        ["models"] = "models",
        ["provider"] = "object",
        ["route"] = "string",
        ["plugins"] = "array",
        ["reasoning"] = "object",
        ["temperature"] = "number 0 2",
        ["top_p"] = "number 0 1",
        ["top_k"] = "integer",
        ["frequency_penalty"] = "number -2 2",
        ["presence_penalty"] = "number -2 2",
        ["max_output_tokens"] = "integer",
        ["max_tool_calls"] = "integer",
        ["tools"] = "array",
        ["deferred_tools"] = "any",
        ["tool_choice"] = "string or object",
        ["parallel_tool_calls"] = "boolean",
        ["stop_server_tools_when"] = "array",
        ["text"] = "object",
        ["truncation"] = "string",
        ["top_logprobs"] = "integer 0 20",
        ["modalities"] = "modalities",
        ["image_config"] = "object",
        ["include"] = "array",
        ["service_tier"] = Tiers,
        ["cache_control"] = "object",
        ["prompt_cache_options"] = "object",
        ["cache_enabled"] = "any",
        ["cache_ttl_seconds"] = "any",
    };

    private static readonly Dictionary<string, string> ChatIgnored = new()
    {
        ["stream"] = "boolean",
        ["stream_options"] = "object",
        ["debug"] = "object",
        ["metadata"] = "metadata",
        ["user"] = "string",
        ["session_id"] = "session",
        ["trace"] = "object",
        ["prediction"] = "object",
        ["prompt_cache_key"] = "string",
    };

    private static readonly Dictionary<string, string> MessagesIgnored = new()
    {
        ["stream"] = "boolean",
        ["metadata"] = "object",
        ["user"] = "string",
        ["session_id"] = "session",
        ["trace"] = "object",
    };

    private static readonly Dictionary<string, string> ResponsesIgnored = new()
    {
        ["stream"] = "boolean",
        ["debug"] = "object",
        ["metadata"] = "metadata",
        ["user"] = "string",
        ["session_id"] = "session",
        ["trace"] = "object",
        ["prompt_cache_key"] = "string",
        ["safety_identifier"] = "string",
        ["store"] = "boolean",
        ["background"] = "boolean",
        ["previous_response_id"] = "any",
        ["prompt"] = "object",
    };

    internal static Dictionary<string, string> Persisted(BodyKind kind) => kind switch
    {
        BodyKind.ChatCompletions => Chat,
        BodyKind.Messages => Messages,
        _ => Responses,
    };

    internal static Dictionary<string, string> Ignored(BodyKind kind) => kind switch
    {
        BodyKind.ChatCompletions => ChatIgnored,
        BodyKind.Messages => MessagesIgnored,
        _ => ResponsesIgnored,
    };

    /// <summary>What a body must have besides the members under test, with a comma behind it.</summary>
    internal static string Needed(BodyKind kind, string? except = null) => kind switch
    {
        BodyKind.ChatCompletions => """ "messages":[{"role":"user","content":"hi"}],""",
        BodyKind.Messages => "\"messages\":null," + (except == "model" ? "" : "\"model\":\"m\","),
        _ => "\"input\":\"hi\",",
    };

    /// <summary>Values that the type accepts.</summary>
    internal static string[] Good(string type)
    {
        var words = type.Split(' ');
        return type switch
        {
            "any" => ["1", "\"x\"", "true", "[{}]", "{\"a\":[1]}"],
            "model" or "string" => ["\"x\"", "\"\"", "\"\\u00e9\\n\""],
            "models" or "strings" => ["[]", "[\"a\", \"b\"]"],
            "stop" => ["\"a\"", "[]", "[\"a\",\"b\",\"c\",\"d\"]"],
            "fallbacks" => ["[]", "[{\"model\":\"a\"},{\"x\":[null],\"mod\\u0065l\":\"b\"}]"],
            "modalities" => ["[]", "[\"text\",\"image\",\"audi\\u006f\"]"],
            "numbers" => ["{}", "{\"50256\":-100,\"7\":1e400}"],
            "metadata" => ["{}", $"{{\"{new string('k', 64)}\":\"{new string('v', 512)}\"}}", Pairs(16)],
            "session" =>
            [
                "\"\"", $"\"{new string('s', 256)}\"", $"\"{string.Concat(Enumerable.Repeat("\\ud83d\\ude00", 256))}\"",
            ],
            "object" => ["{}", "{ \"b\" : [1, {\"a\":null}] }"],
            "array" => ["[]", "[ null, {\"a\":1} ]"],
            "boolean" => ["true", "false"],
            "string or object" => ["\"auto\"", "{\"type\":\"tool\"}"],
            "number" => ["0", "-1.5e-7", "1e400", new string('9', 400)],
            "integer" =>
            [
                "0", "-7", "1024.0", "1e3", "1.5e1", "100e-2", "1e400", "0e-99999999999999999999", new string('9', 400),
            ],
            "number 0 2" =>
            [
                "0", "-0", "-0.0e5", "2", "2.000", "0.02e2", "20e-1", "1e-400", "1.9999999999999999999999",
            ],
            "number 0 1" => ["0", "1", "1.0", "0.5", "10e-1"],
            "number -2 2" => ["-2", "2", "-2.00", "0", "-1.99999999999999999999", "0.0000001e7"],
            "integer 0 20" => ["0", "20", "2e1", "20.0", "0.2e2"],
            _ when words[..2] is ["one", "of"] =>
            [
                .. words[2..].Select(word => $"\"{word}\""), $"\"\\u{(int)words[2][0]:x4}{words[2][1..]}\"",
            ],
            _ => throw new ArgumentException(type),
        };
    }

    /// <summary>Values that the type refuses, each with the place that is named behind the field.</summary>
    internal static (string Value, string Place)[] Bad(string type) => type switch
    {
        "any" => [],
        "model" => [("1", ""), ("[]", ""), ("{}", ""), ("true", "")],
        "models" => [("\"a\"", ""), ("{}", ""), ("[\"a\",1]", "[1]"), ("[null]", "[0]"), ("[[\"a\"]]", "[0]")],
        "strings" => [("\"a\"", ""), ("{}", ""), ("[\"a\",{}]", "[1]"), ("[null]", "[0]")],
        "stop" => [("1", ""), ("{}", ""), ("[\"a\",\"b\",\"c\",\"d\",\"e\"]", ""), ("[\"a\",2]", "[1]")],
        "fallbacks" =>
        [
            ("{}", ""), ("\"a\"", ""), ("[\"a\"]", "[0]"), ("[{\"model\":1}]", "[0].model"),
            ("[{\"model\":\"a\"},{\"model\":null}]", "[1].model"),
        ],
        "modalities" => [("\"text\"", ""), ("[\"video\"]", "[0]"), ("[\"text\",1]", "[1]"), ("[\"Text\"]", "[0]")],
        "numbers" =>
        [
            ("[]", ""), ("1", ""), ("{\"50256\":\"1\"}", ".50256"), ("{\"a\":1,\"b\":null}", ".b"),
            ("{\"a\":{}}", ".a"),
        ],
        "metadata" =>
        [
            ("[]", ""), ("\"a\"", ""), ("{\"foo\":1}", ".foo"), ("{\"foo\":null}", ".foo"), (Pairs(17), ""),
            ($"{{\"foo\":\"{new string('v', 513)}\"}}", ".foo"),
            ($"{{\"{new string('k', 65)}\":\"\"}}", "." + new string('k', 65)),
        ],
        "session" => [("1", ""), ("{}", ""), ($"\"{new string('s', 257)}\"", ""), ($"\"{new string('é', 257)}\"", "")],
        "string" => [("1", ""), ("{}", ""), ("[\"a\"]", ""), ("false", "")],
        "object" => [("1", ""), ("\"{}\"", ""), ("[]", ""), ("true", "")],
        "array" => [("1", ""), ("\"[]\"", ""), ("{}", ""), ("true", "")],
        "boolean" => [("1", ""), ("\"true\"", ""), ("[]", ""), ("{}", "")],
        "string or object" => [("1", ""), ("[]", ""), ("true", "")],
        "number" => [("\"1\"", ""), ("[]", ""), ("{}", ""), ("true", "")],
        "integer" =>
        [
            ("1.5", ""), ("1e-1", ""), ("15e-1", ""), ("1e-99999999999999999999", ""), ("1.0000000000000000000001", ""),
            ("\"1\"", ""), ("true", ""),
        ],
        "number 0 2" =>
        [
            ("-1e-400", ""), ("2.0000000000000000000001", ""), ("3", ""), ("1e400", ""), ("0.3e1", ""), ("\"1\"", ""),
            ("1e99999999999999999999", ""),
        ],
        "number 0 1" => [("-0.1", ""), ("1.00000000000000000001", ""), ("2", ""), ("0.00011e4", ""), ("\"1\"", "")],
        "number -2 2" => [("-2.00000000000000000001", ""), ("2.1", ""), ("-1e400", ""), ("-3", ""), ("\"1\"", "")],
        "integer 0 20" => [("-1", ""), ("21", ""), ("1.5", ""), ("2.1e1", ""), ("1e2", ""), ("\"1\"", "")],
        _ when type.StartsWith("one of ", StringComparison.Ordinal) =>
        [
            ("1", ""), ("{}", ""), ("\"\"", ""), ("\"other\"", ""), ($"\"{type[7..]}\"", ""),
        ],
        _ => throw new ArgumentException(type),
    };

    private static string Pairs(int count) =>
        "{" + string.Join(",", Enumerable.Range(0, count).Select(i => $"\"k{i}\":\"v\"")) + "}";
}
