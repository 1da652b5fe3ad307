using System.Text.Json;
using System.Text.Json.Nodes;

namespace Presets.Tests;

/// <summary>The examples of docs/inference.md: a request with the last preset above it, and what it becomes.</summary>
public class MergeExamplesTests
{
    [Fact]
    public void The_examples_of_the_page_are_true()
    {
        var (preset, request, count) = (new JsonObject(), "", 0);
        foreach (var (caption, json) in Examples())
        {
            if (caption == "Preset:")
                preset = JsonNode.Parse(json)!.AsObject();
            else if (caption == "Request:")
                request = json;
            else if (caption == "Merged:")
            {
                var merged = Merging.Merge(BodyKind.ChatCompletions, request, Part(preset)).Text();
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(merged)), merged);
                count++;
            }
        }

        Assert.Equal(4, count);
    }

    private static PresetPart Part(JsonObject preset)
    {
        var system = preset["system_prompt"]?.GetValue<string>() is { } text
            ? JsonSerializer.Serialize(text)[1..^1]
            : null;
        string[] locked = [.. preset["locked"]?.AsArray().Select(path => path!.GetValue<string>()) ?? []];
        return Merging.Part(BodyKind.ChatCompletions, preset["config"]!.ToJsonString(), system, locked);
    }

    // Each JSON block of the page with the line above it.
    private static IEnumerable<(string Caption, string Json)> Examples()
    {
        var lines = Docs.Lines("inference.md").ToArray();
        for (var i = 2; i < lines.Length; i++)
        {
            if (lines[i] == "```json")
                yield return (lines[i - 2], string.Join('\n', lines.Skip(i + 1).TakeWhile(line => line != "```")));
        }
    }
}
