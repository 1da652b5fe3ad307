using System.Globalization;
using System.Text;

namespace Presets.FilterBench;

/// <summary>Chat bodies as clients send them, all strings made from a fixed seed.</summary>
internal static class SampleBodies
{
    private const string Settings =
        """
        "model":"openai/gpt-5","temperature":0.7,"top_p":0.95,"max_tokens":1024,"seed":42,"stream":true,"user":"u-1234",
        """;

    /// <summary>About 1 KB: a system message, a user message, two tools.</summary>
    internal static byte[] TwoTools() => Encoding.UTF8.GetBytes(
        "{" + Settings
        + """
          "messages":[{"role":"system","content":"You are a helpful weather assistant. Answer briefly."},
          """
        + """
          {"role":"user","content":"What is the weather in Paris, and what should I wear?"}],"tools":[
          """
        + Tool("get_weather", 3) + "," + Tool("find_clothes", 2) + "],\"tool_choice\":\"auto\"}");

    /// <summary>About 1 MB of conversation behind a short system message; each message is some paragraphs.</summary>
    /// <param name="paragraphEnd">
    /// What parts paragraphs: an escaped line feed in what clients send, a space to have no escapes at all.
    /// </param>
    /// <param name="alphabet">The letters of its words.</param>
    internal static byte[] Conversation(string paragraphEnd, string alphabet)
    {
        var random = new Random(1);
        const string Start = """
            "messages":[{"role":"system","content":"You are a careful editor."}
            """;
        var bytesPerLetter = Encoding.UTF8.GetByteCount(alphabet) / alphabet.Length;
        var body = new StringBuilder("{" + Settings + Start);
        while (body.Length * bytesPerLetter < 1 << 20)
        {
            body.Append(",{\"role\":\"user\",\"content\":\"");
            for (var paragraph = 0; paragraph < 10; paragraph++)
                body.Append(Words(random, alphabet, 400)).Append(paragraphEnd);
            body.Append("\"}");
        }
        return Encoding.UTF8.GetBytes(body.Append("],\"tools\":[").Append(Tool("edit", 3)).Append("]}").ToString());
    }

    /// <summary>About 1 MB of tools, all of it persisted.</summary>
    internal static byte[] ManyTools()
    {
        var body = new StringBuilder("{" + Settings + """
            "messages":[{"role":"user","content":"Go."}],"tools":[
            """);
        for (var i = 0; body.Length < 1 << 20; i++)
            body.Append(i == 0 ? "" : ",").Append(Tool("tool_" + i.ToString(CultureInfo.InvariantCulture), 8));
        return Encoding.UTF8.GetBytes(body.Append("]}").ToString());
    }

    /// <summary>
    /// About 1 MB that is one object of distinct names: the most work there is for the search of duplicates.
    /// </summary>
    internal static byte[] ManyNames()
    {
        var body = new StringBuilder("{\"messages\":[{\"role\":\"user\",\"content\":\"Go.\"}],\"provider\":{\"a\":0");
        for (var i = 0; body.Length < 1 << 20; i++)
            body.Append(CultureInfo.InvariantCulture, $",\"k{i}\":0");
        return Encoding.UTF8.GetBytes(body.Append("}}").ToString());
    }

    private static string Tool(string name, int parameters)
    {
        var properties = string.Join(",", Enumerable.Range(0, parameters).Select(i =>
            $$"""
            "parameter_{{i}}":{"type":"string","description":"What the {{i}}. parameter means to the tool"}
            """));
        return $$$"""
            {"type":"function","function":{"name":"{{{name}}}","description":"Looks up what the user asked for",
            """
            + $$$$"""
            "parameters":{"type":"object","properties":{{{{{properties}}}}},"required":["parameter_0"]}}}
            """;
    }

    private static string Words(Random random, string alphabet, int length) =>
        string.Create(length, (random, alphabet), (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var letter = source.alphabet[source.random.Next(source.alphabet.Length)];
                text[i] = source.random.Next(6) == 0 ? ' ' : letter;
            }
        });
}
