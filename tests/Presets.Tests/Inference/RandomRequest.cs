using System.Text.Json;

namespace Presets.Tests;

/// <summary>Valid requests and presets made at random, by what the contract lets bodies have.</summary>
internal static class RandomRequest
{
    /// <summary>A valid body without a reference.</summary>
    internal static string Make(BodyKind kind, int seed)
    {
        for (; ; seed = unchecked(seed + 7919))
        {
            var body = new RandomBody(kind, seed).Json;
            // A stored prompt is a reference.
            if (kind != BodyKind.Responses || Fields(body).GetValueOrDefault("prompt") is null)
                return body;
        }
    }

    /// <summary>The body with a field that refers to a preset, somewhere among its members.</summary>
    internal static string Refer(string body, Random random)
    {
        var members = Members(body).Select(member => $"{Quote(member.Name)}:{member.Value.GetRawText()}").ToList();
        members.Insert(random.Next(members.Count + 1), "\"preset\":\"s\"");
        return "{" + string.Join(" ,", members) + "}";
    }

    /// <summary>What a preset keeps of a body, with a model if it names none.</summary>
    internal static (string Config, string? System) Preset(BodyKind kind, int seed)
    {
        var body = new RandomBody(kind, seed);
        var members = Members(body.Config).Where(member => member.Name != "model")
            .Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}")
            .Append("\"model\":\"preset/model\"");
        var system = body.System is { } text ? Quote(text)[1..^1] : null;
        return ("{" + string.Join(',', members) + "}", system);
    }

    /// <summary>Some tools. Several may be the same by their identity, and some have none.</summary>
    internal static string[] Tools(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(5) switch
        {
            0 => "{\"type\":\"function\"}",
            1 => "7",
            2 => $"{{\"type\":\"web_search\",\"n\":{random.Next(3)}}}",
            _ => $"{{\"name\":\"t{random.Next(3)}\",\"n\":{random.Next(3)}}}",
        }),
    ];

    internal static JsonElement.ObjectEnumerator Members(string body) =>
        JsonElement.Parse(body).EnumerateObject();

    /// <summary>The values of the members as they are spelled; null is absent.</summary>
    internal static Dictionary<string, string> Fields(string body) => Members(body)
        .Where(member => member.Value.ValueKind != JsonValueKind.Null)
        .ToDictionary(member => member.Name, member => member.Value.GetRawText());

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
