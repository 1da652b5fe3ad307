using System.Globalization;
using System.Text;

namespace Presets.Tests;

/// <summary>
/// A valid body made at random, and what must be kept of it, noted while it is made: shuffled fields, white space, escapes, spellings of numbers,
/// unknown fields, nulls, and in what is ignored also what may not be stored.
/// </summary>
internal sealed class RandomBody
{
    private readonly Random _random;
    private readonly List<string> _config = [];
    private readonly List<string> _ignored = [];
    private readonly StringBuilder _json = new();
    private string? _system;

    internal RandomBody(BodyKind kind, int seed)
    {
        _random = new Random(seed);
        var members = new List<Action>();
        foreach (var (name, type) in Contract.Persisted(kind))
        {
            if (_random.Next(3) == 0 || (kind == BodyKind.Messages && name == "model"))
                members.Add(() => Persisted(name, type, mayBeNull: kind != BodyKind.Messages || name != "model"));
        }
        foreach (var (name, type) in Contract.Ignored(kind))
        {
            if (_random.Next(4) == 0)
                members.Add(() => Ignored(name, Pick(Contract.Good(type))));
        }
        for (var i = _random.Next(4); i > 0; i--)
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
                members.Add(() => Member("messages", Pick("null", "[]", "[ {\"role\":\"user\",\"content\":" + Text(true).Json + "}]")));
                members.Add(() => SystemField("system", parts: true));
                break;
            default:
                members.Add(() => Member("input", Text(true).Json));
                members.Add(() => SystemField("instructions", parts: false));
                break;
        }
        var shuffled = members.ToArray();
        _random.Shuffle(shuffled);
        _json.Append(Space()).Append('{');
        for (var i = 0; i < shuffled.Length; i++)
        {
            _json.Append(i == 0 ? "" : ",").Append(Space());
            shuffled[i]();
        }
        _json.Append('}').Append(Space());
    }

    internal string Json => _json.ToString();

    internal string Config => "{" + string.Join(",", _config) + "}";

    internal string? System => string.IsNullOrEmpty(_system) ? null : _system;

    internal string? IgnoredFields => _ignored.Count == 0 ? null : string.Join(", ", _ignored);

    private void Persisted(string name, string type, bool mayBeNull)
    {
        if (mayBeNull && _random.Next(8) == 0)
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
            "numbers" => "{" + Space() + string.Join(Space() + "," + Space(), Names().Select(key => key + Space() + ":" + Space() + Number())) + "}",
            "strings" or "models" => "[" + string.Join(Space() + "," + Space(), Enumerable.Range(0, _random.Next(4)).Select(_ => Text(false).Json)) + "]",
            "number" => Number(),
            _ => Pick(Contract.Good(type)),
        };
        Member(name, value);
        _config.Add($"\"{name}\":{value}");
    }

    private void Ignored(string name, string value)
    {
        Member(name, value);
        if (value != "null")
            _ignored.Add(name);
    }

    private void Member(string name, string value) =>
        _json.Append(Spelled(name)).Append(Space()).Append(':').Append(Space()).Append(value).Append(Space());

    private void Messages()
    {
        var messages = new List<string>();
        var texts = new List<string>();
        var dropped = new List<string>();
        for (var i = _random.Next(3); i > 0; i--)
        {
            var (content, text) = Content("messages", dropped);
            var role = $"{Spelled("role")}:{Space()}{Spelled(Pick("system", "developer"))}";
            content = $"{Spelled("content")}{Space()}:{content}";
            var pair = _random.Next(2) == 0 ? $"{role},{content}" : $"{content}{Space()},{role}";
            messages.Add($"{{{Space()}{pair}}}");
            texts.Add(text);
        }
        messages.Add($"{{\"content\":{Value(2, loose: true)},\"role\":\"user\"}}");
        messages.Add("{\"role\":\"system\",\"content\":17}");
        _system = string.Join("\n\n", texts.Where(text => text.Length > 0));
        Member("messages", "[" + string.Join("," + Space(), messages) + "]");
        _ignored.AddRange(dropped);
    }

    private void SystemField(string name, bool parts)
    {
        var dropped = new List<string>();
        var (json, text) = parts ? Content(name, dropped) : Text(false);
        _system = text;
        Member(name, json);
        _ignored.AddRange(dropped);
    }

    private (string Json, string Text) Content(string field, List<string> dropped)
    {
        if (_random.Next(2) == 0)
            return Text(false);
        var parts = Enumerable.Range(0, _random.Next(4)).Select(_ => Text(false)).ToArray();
        var json = string.Join(Space() + ",", parts.Select(part =>
        {
            if (_random.Next(3) != 0)
                return $"{{{Spelled("text")}:{part.Json},\"type\":{Spelled("text")}}}";
            if (!dropped.Contains(field + ".cache_control") && !_ignored.Contains(field + ".cache_control"))
                dropped.Add(field + ".cache_control");
            return $"{{\"type\":\"text\",\"cache_control\":{Object(2, loose: true)},\"text\":{part.Json}}}";
        }));
        return ($"[{json}]", string.Join("\n", parts.Select(part => part.Text).Where(text => text.Length > 0)));
    }

    private string Value(int depth, bool loose, bool nullable = true) => _random.Next(depth > 0 ? 8 : 6) switch
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
        "[" + Space() + string.Join("," + Space(), Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth, loose) + Space())) + "]";

    private string Object(int depth, bool loose)
    {
        var names = Names();
        if (loose && names.Length > 0)
            names = [.. names, names[0], "\"\\udead\""];
        return "{" + Space() + string.Join("," + Space(), names.Select(name => name + Space() + ":" + Value(depth, loose))) + Space() + "}";
    }

    // Distinct, whatever their spelling.
    private string[] Names() =>
        [.. Enumerable.Range(0, _random.Next(20) == 0 ? 60 : _random.Next(5)).Select(i => Spelled(Pick("", "é", "a_rather_long_name_") + i.ToString(CultureInfo.InvariantCulture)))];

    private string Number() => Pick("0", "-0", "1.50", "1e400", "-12E-7", "123456789012345678901234567890", "0.1e+1", new string('7', 400));

    private string Spelled(string text)
    {
        var spelled = new StringBuilder("\"");
        foreach (var c in text)
            spelled.Append(_random.Next(12) == 0 ? $"\\u{(int)c:x4}" : c.ToString());
        return spelled.Append('"').ToString();
    }

    private (string Json, string Text) Text(bool loose)
    {
        (string Json, string Text)[] pieces =
        [
            ("a", "a"), (" word", " word"), ("\\n", "\n"), ("\\\"", "\""), ("\\\\u0000", "\\u0000"), ("\\/", "/"), ("\\t\\b\\f\\r", "\t\b\f\r"), ("é", "é"), ("\\u00E9", "é"),
            ("😀", "😀"), ("\\ud83d\\uDE00", "😀"), ("\\u007f", "\u007f"), ("漢字", "漢字"), ("{[,:]}", "{[,:]}"), ("\\ud83d", "?"), ("\\u0000", "?"), ("\\ude00\\ud83d", "?"),
        ];
        var chosen = Enumerable.Range(0, _random.Next(6)).Select(_ => pieces[_random.Next(loose ? pieces.Length : pieces.Length - 3)]).ToArray();
        return ("\"" + string.Concat(chosen.Select(piece => piece.Json)) + "\"", string.Concat(chosen.Select(piece => piece.Text)));
    }

    private string Space() => _random.Next(3) == 0 ? Pick(" ", "\n", "\t", "\r\n", "   ") : "";

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
