using System.Text;
using System.Text.Json;

namespace Presets.Console.Tests;

/// <summary>JSON as people read it, and as it is stored.</summary>
public sealed class JsonLayoutTests
{
    [Fact]
    public void What_fits_stays_on_a_line_and_the_rest_is_broken()
    {
        var text = Indent(
            """{"model":"m","stop":["a","b"],"empty":{},"none":[],"tools":[{"type":"function","function":"""
            + """{"name":"look_up","parameters":{"properties":{"word":{"type":"string"}}}}}]}""");

        Assert.Equal(
            """
            {
              "model": "m",
              "stop": ["a", "b"],
              "empty": {},
              "none": [],
              "tools": [
                {
                  "type": "function",
                  "function": {
                    "name": "look_up",
                    "parameters": {"properties": {"word": {"type": "string"}}}
                  }
                }
              ]
            }
            """,
            text);
    }

    [Fact]
    public void Numbers_and_order_stay_and_escapes_are_resolved() => Assert.Equal(
        "{\n  \"b\": 1.50e+3,\n  \"a\": \"é 🚆 \\\" \\\\ \\n\"\n}",
        Indent("""{ "b" :1.50e+3, "a":"\u00e9 \ud83d\ude86 \u0022 \\ \u000a" }"""));

    [Fact]
    public void Compact_JSON_has_the_tokens_as_they_were_spelled()
    {
        using var json = JsonDocument.Parse("""{ "\u0061" : [ 1.50e+3 , "\u00e9 \/ é" , { } , null ] }""");

        Assert.Equal(
            """{"\u0061":[1.50e+3,"\u00e9 \/ é",{},null]}""",
            Encoding.UTF8.GetString(JsonLayout.Compact(json.RootElement).Span));
    }

    private static string Indent(string json) => JsonLayout.Indent(Encoding.UTF8.GetBytes(json));
}
