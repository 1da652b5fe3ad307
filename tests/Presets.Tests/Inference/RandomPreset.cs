namespace Presets.Tests;

/// <summary>A valid config made at random whose fields are those that bodies write differently.</summary>
internal static class RandomPreset
{
    private static readonly string[] Tools =
    [
        """{"type":"function","function":{"name":"f","parameters":{ "z":1.0,"a":[1e2]}},"x":1}""",
        """{"type":"function","function":{"name":"g"}}""",
        """{"type":"function","function":3}""",
        """{"type":"function","name":"f","parameters":null,"strict":false}""",
        """{"type" : "function","name":"h","parameters":{"b":1,"a":2},"defer_loading":true}""",
        """{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}""",
        """{"type":"custom","name":"web_search","input_schema":{}}""",
        """{"type":"web_search_20250305","name":"web_search"}""",
        """{"type":"web_search","filters":{"allowed_domains":["a"]},"max_uses":2}""",
        """{"type":"web_search","allowed_domains":["a"],"filters":1}""",
        """{"type":"openrouter:advisor","parameters":{"name":"a"}}""",
        """{"type":"openrouter:shell"}""", """{"type":["odd"]}""", "{}", "7", "null", "[]",
    ];

    private static readonly Dictionary<string, string[]> Values = new()
    {
        ["model"] = ["\"m\""],
        ["models"] = ["[\"a\"]", "[]"],
        ["fallbacks"] = ["""[{"model":"a"}]""", "[]"],
        ["max_tokens"] = ["1", "1e3"],
        ["max_completion_tokens"] = ["1", "1024.0"],
        ["max_output_tokens"] = ["16"],
        ["max_tool_calls"] = ["3"],
        ["stop"] = ["\"\\n\"", "[\"a\", \"b\"]", "[]"],
        ["stop_sequences"] = ["[]", "[\"a\"]", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]"],
        ["reasoning_effort"] = ["\"none\"", "\"minimal\"", "\"high\""],
        ["reasoning"] =
        [
            "{}", """{"effort":"none","enabled":true}""", """{"effort":null,"max_tokens":7}""", """{"effort":3}""",
            """{"enabled":false,"max_tokens":1}""", """{ "summary":"auto","effort":"low","mode":"pro" }""",
            """{"enabled":true}""", """{"enabled":{},"exclude":true}""", """{"max_tokens":"x","enabled":true}""",
        ],
        ["thinking"] =
        [
            "{}", """{"type":"disabled"}""", """{"type":"enabled","budget_tokens":1024}""", """{"type":"enabled"}""",
            """{"type":"adaptive","display":"omitted"}""", """{"type":{}}""", """{"budget_tokens":5}""",
        ],
        ["output_config"] =
        [
            "{}", """{"effort":"max"}""", """{"format":{"type":"json_schema","schema":{ "b":1,"a":2 }}}""",
            """{"effort":null,"format":null}""", """{"format":7}""", """{"format":{"type":"json_schema"}}""",
        ],
        ["text"] =
        [
            "{}", """{"verbosity":"low"}""", """{"format":{"type":"text"}}""",
            """{"format":{"type":"json_schema","name":"n","schema":{},"strict":true},"verbosity":null}""",
        ],
        ["response_format"] =
        [
            """{"type":"text"}""", """{"type":"json_object"}""", """{"type":"json_schema","json_schema":[]}""",
            """{"type":"json_schema","json_schema":{"name":"n","schema":{"b":1,"a":2},"description":"d"}}""", "{}",
        ],
        ["verbosity"] = ["\"low\"", "[1]"],
        ["service_tier"] = ["\"auto\"", "\"default\"", "\"flex\""],
        ["parallel_tool_calls"] = ["true", "false"],
        ["tool_choice"] =
        [
            """{"type":"auto"}""", """{"type":"any","disable_parallel_tool_use":true}""", """{"type":"none"}""",
            """{"type":"tool","name":"web_search"}""", """{"type":"tool","name":1}""", "{}",
            """{"type":"function","function":{"name":"f"}}""", """{"type":"function","name":"f"}""",
            """{"type":"openrouter:advisor"}""", """{"type":"function","name":[]}""",
        ],
    };

    internal static string Config(BodyKind kind, Random random)
    {
        var fields = FieldTable.ForConfig(kind).Fields.Select(field => field.Name)
            .Where(name => name == "model" || random.Next(2) == 0)
            .Select(name => (Name: name, Value: ValueOf(name, kind, random)))
            .Where(field => field.Value is not null)
            .ToArray();
        random.Shuffle(fields);
        return "{" + string.Join(",", fields.Select(field => $"\"{field.Name}\":{field.Value}")) + "}";
    }

    /// <summary>
    /// A config as an import takes it that does not name its body: fields of any body, with values of any other.
    /// </summary>
    internal static string Loose(Random random)
    {
        string[] values = [.. Values.SelectMany(field => field.Value), .. Tools, "7", "\"x\"", "true", "[1,{}]"];
        var names = FieldTable.ForConfig(null).Fields.Select(field => field.Name)
            .Where(name => name is not ("model" or "models" or "fallbacks") && random.Next(3) == 0);
        var fields = names.Select(name => $"\"{name}\":{values[random.Next(values.Length)]}");
        return "{" + string.Join(",", fields) + "}";
    }

    private static string? ValueOf(string name, BodyKind kind, Random random)
    {
        if (name is "tools" or "deferred_tools")
            return "[" + string.Join(", ", random.GetItems(Tools, random.Next(4))) + "]";
        if (name == "tool_choice" && kind != BodyKind.Messages && random.Next(2) == 0)
            return random.GetItems(["\"auto\"", "\"required\"", "\"none\"", "\"odd\""], 1)[0];
        return Values.TryGetValue(name, out var values) ? values[random.Next(values.Length)] : null;
    }
}
