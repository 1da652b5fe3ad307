using System.Globalization;
using System.Text;

namespace Presets.Tests;

/// <summary>
/// A valid body made at random, and what must be kept of it, noted while it is made: shuffled fields, white space,
/// escapes, spellings of numbers, unknown fields, nulls, and in what is ignored also what may not be stored.
/// </summary>
internal sealed class RandomBody
{
    private readonly Random random;
    private readonly List<string> config = [];
    private readonly List<string> ignored = [];
    private readonly StringBuilder json = new();
    private readonly List<string> systemMessages = [];
    private string system = "";

    internal RandomBody(BodyKind kind, int seed)
    {
        random = new Random(seed);
        var members = new List<Action>();
        foreach (var (name, type) in Contract.Persisted(kind))
        {
            if (random.Next(3) == 0 || (kind == BodyKind.Messages && name == "model"))
                members.Add(() => Persisted(name, type, mayBeNull: kind != BodyKind.Messages || name != "model"));
        }
        foreach (var (name, type) in Contract.Ignored(kind))
        {
            if (random.Next(4) == 0)
                members.Add(() => Ignored(name, Pick(Contract.Good(type))));
        }
        for (var i = random.Next(4); i > 0; i--)
        {
            var unknown = "unknown" + i.ToString(CultureInfo.InvariantCulture);
            members.Add(() => Ignored(unknown, Value(3, loose: true)));
        }
        switch (kind)
        {
            case BodyKind.ChatCompletions:
                members.Add(Messages);
                break;
            case BodyKind.Messages:
                var message = $"[ {{\"role\":\"user\",\"content\":{Text(true).Json}}}]";
                members.Add(() => Member("messages", Pick("null", "[]", message)));
                members.Add(() => SystemField("system", parts: true));
                break;
            default:
                members.Add(Input);
                members.Add(() => SystemField("instructions", parts: false));
                break;
        }
        var shuffled = members.ToArray();
        random.Shuffle(shuffled);
        json.Append(Space()).Append('{');
        for (var i = 0; i < shuffled.Length; i++)
        {
            json.Append(i == 0 ? "" : ",").Append(Space());
            shuffled[i]();
        }
        json.Append('}').Append(Space());
    }

    internal string Json => json.ToString();

    internal string Config => "{" + string.Join(",", config) + "}";

    internal string? System
    {
        get
        {
            string[] texts = [system, .. systemMessages];
            var text = string.Join("\n\n", texts.Where(text => text.Length > 0));
            return text.Length == 0 ? null : text;
        }
    }

    internal string? IgnoredFields => ignored.Count == 0 ? null : string.Join(", ", ignored);

    private void Persisted(string name, string type, bool mayBeNull)
    {
        if (mayBeNull && random.Next(8) == 0)
        {
            Member(name, "null");
            return;
        }
        var value = type switch
        {
            "any" => Value(4, loose: false, nullable: false),
            "object" => Object(4, loose: false),
            "array" => Array(4, loose: false),
            "model" or "string" => Text(false).Json,
            "numbers" => Joined('{', Names().Select(name => $"{name}{Space()}:{Space()}{Number()}"), '}'),
            "strings" or "models" => Joined('[', Some().Select(_ => Text(false).Json), ']'),
            "number" => Number(),
            _ => Pick(Contract.Good(type)),
        };
        Member(name, value);
        config.Add($"\"{name}\":{value}");
    }

    private void Ignored(string name, string value)
    {
        Member(name, value);
        if (value != "null")
            ignored.Add(name);
    }

    private void Member(string name, string value) =>
        json.Append(Spelled(name)).Append(Space()).Append(':').Append(Space()).Append(value).Append(Space());

    private void Messages() => MessageList("messages", """{"role":"system","content":17}""");

    private void Input()
    {
        if (random.Next(3) == 0)
            Member("input", Text(true).Json);
        else
            MessageList("input", """{"type":"reasoning","role":"system","summary":[]}""");
    }

    private void MessageList(string field, string noSystemMessage)
    {
        var messages = new List<string>();
        var dropped = new List<string>();
        for (var i = random.Next(3); i > 0; i--)
        {
            var (content, text) = random.Next(8) == 0 ? ("null", "") : Content(field, dropped);
            var role = $"{Spelled("role")}:{Space()}{Spelled(Pick("system", "developer"))}";
            content = $"{Spelled("content")}{Space()}:{content}";
            var pair = random.Next(2) == 0 ? $"{role},{content}" : $"{content}{Space()},{role}";
            messages.Add($"{{{Space()}{pair}}}");
            systemMessages.Add(text);
        }
        messages.Add($"{{\"content\":{Value(2, loose: true)},\"role\":\"user\"}}");
        messages.Add(noSystemMessage);
        Member(field, "[" + string.Join("," + Space(), messages) + "]");
        ignored.AddRange(dropped);
    }

    private void SystemField(string name, bool parts)
    {
        var dropped = new List<string>();
        var (json, text) = parts ? Content(name, dropped) : Text(false);
        system = text;
        Member(name, json);
        ignored.AddRange(dropped);
    }

    private (string Json, string Text) Content(string field, List<string> dropped)
    {
        if (random.Next(2) == 0)
            return Text(false);
        var parts = Enumerable.Range(0, random.Next(4)).Select(_ => Text(false)).ToArray();
        var json = string.Join(Space() + ",", parts.Select(part =>
        {
            if (random.Next(3) != 0)
                return $"{{{Spelled("text")}:{part.Json},\"type\":{Spelled("text")}}}";
            if (!dropped.Contains(field + ".cache_control") && !ignored.Contains(field + ".cache_control"))
                dropped.Add(field + ".cache_control");
            return $"{{\"type\":\"text\",\"cache_control\":{Object(2, loose: true)},\"text\":{part.Json}}}";
        }));
        return ($"[{json}]", string.Join("\n", parts.Select(part => part.Text).Where(text => text.Length > 0)));
    }

    private string Value(int depth, bool loose, bool nullable = true) => random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => nullable ? "null" : "0",
        1 => "true",
        2 => "false",
        3 => Number(),
        4 or 5 => Text(loose).Json,
        6 => Array(depth - 1, loose),
        _ => Object(depth - 1, loose),
    };

    private string Array(int depth, bool loose) =>
        Joined('[', Some().Select(_ => Value(depth, loose)), ']');

    private string Object(int depth, bool loose)
    {
        var names = Names();
        if (loose && names.Length > 0)
            names = [.. names, names[0], "\"\\udead\""];
        return Joined('{', names.Select(name => $"{name}{Space()}:{Space()}{Value(depth, loose)}"), '}');
    }

    private string Joined(char open, IEnumerable<string> parts, char close) =>
        $"{open}{Space()}{string.Join(',', parts.Select(part => Space() + part + Space()))}{close}";

    private IEnumerable<int> Some() => Enumerable.Range(0, random.Next(4));

    // Distinct, whatever their spelling.
    private string[] Names() =>
    [
        .. Enumerable.Range(0, random.Next(20) == 0 ? 60 : random.Next(5)).Select(i =>
            Spelled(string.Create(CultureInfo.InvariantCulture, $"{Pick("", "é", "a_rather_long_name_")}{i}"))),
    ];

    private string Number() => Pick(
        "0", "-0", "1.50", "1e400", "-12E-7", "123456789012345678901234567890", "0.1e+1", new string('7', 400));

    private string Spelled(string text)
    {
        var spelled = new StringBuilder("\"");
        foreach (var c in text)
            spelled.Append(random.Next(12) == 0 ? $"\\u{(int)c:x4}" : c.ToString());
        return spelled.Append('"').ToString();
    }

    private (string Json, string Text) Text(bool loose)
    {
        (string Json, string Text)[] pieces =
        [
            ("a", "a"), (" word", " word"), ("\\n", "\n"), ("\\\"", "\""), ("\\\\u0000", "\\u0000"), ("\\/", "/"),
            ("\\t\\b\\f\\r", "\t\b\f\r"), ("é", "é"), ("\\u00E9", "é"), ("😀", "😀"), ("\\ud83d\\uDE00", "😀"),
            ("\\u007f", "\u007f"), ("漢字", "漢字"), ("{[,:]}", "{[,:]}"),
            // What only ignored content may hold.
            ("\\ud83d", "?"), ("\\u0000", "?"), ("\\ude00\\ud83d", "?"),
        ];
        var allowed = loose ? pieces.Length : pieces.Length - 3;
        var chosen = Enumerable.Range(0, random.Next(6)).Select(_ => pieces[random.Next(allowed)]).ToArray();
        var json = string.Concat(chosen.Select(piece => piece.Json));
        return ($"\"{json}\"", string.Concat(chosen.Select(piece => piece.Text)));
    }

    private string Space() => random.Next(3) == 0 ? Pick(" ", "\n", "\t", "\r\n", "   ") : "";

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
