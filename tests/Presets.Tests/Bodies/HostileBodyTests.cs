using System.Diagnostics;
using System.Text;

namespace Presets.Tests;

public class HostileBodyTests
{
    private const BodyKind Chat = BodyKind.ChatCompletions;

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"a\"")]
    [InlineData("[]")]
    [InlineData("[{\"messages\":[0]}]")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{}{}")]
    [InlineData("{\"messages\":[0]}x")]
    [InlineData("{\"messages\":[0]},")]
    [InlineData("{\"messages\":[0]}\0")]
    [InlineData("{\"messages\":[0],}")]
    [InlineData("{\"messages\":[0,]}")]
    [InlineData("{,\"messages\":[0]}")]
    [InlineData("{\"messages\" [0]}")]
    [InlineData("{\"messages\":}")]
    [InlineData("{messages:[0]}")]
    [InlineData("{'messages':[0]}")]
    [InlineData("{\"messages\":[0]/**/}")]
    [InlineData("{\"messages\":[0]]")]
    [InlineData("{\"messages\":[0}")]
    [InlineData("{\"messages\":[0],\"seed\":01}")]
    [InlineData("{\"messages\":[0],\"seed\":+1}")]
    [InlineData("{\"messages\":[0],\"seed\":1.}")]
    [InlineData("{\"messages\":[0],\"seed\":.1}")]
    [InlineData("{\"messages\":[0],\"seed\":1e}")]
    [InlineData("{\"messages\":[0],\"seed\":-}")]
    [InlineData("{\"messages\":[0],\"top_a\":NaN}")]
    [InlineData("{\"messages\":[0],\"top_a\":Infinity}")]
    [InlineData("{\"messages\":[0],\"logprobs\":True}")]
    [InlineData("{\"messages\":[0],\"logprobs\":tru}")]
    [InlineData("{\"messages\":[0],\"logprobs\":truee}")]
    [InlineData("{\"messages\":[0],\"x\":nul}")]
    [InlineData("{\"messages\":[0],\"model\":\"a}")]
    [InlineData("{\"messages\":[0],\"model\":\"\\x\"}")]
    [InlineData("{\"messages\":[0],\"model\":\"\\u12g4\"}")]
    [InlineData("{\"messages\":[0],\"model\":\"\\u12\"}")]
    [InlineData("{\"messages\":[0],\"model\":\"a\nb\"}")]
    [InlineData("{\"messages\":[0],\"model\":\"a\0\"}")]
    [InlineData("{\"messages\":[{\"role\":\"system\",\"content\":\"a\"]}")]
    [InlineData("{\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"a\"]}]}")]
    [InlineData("{\"messages\":[0],\"tools\":[{\"a\":1,}]}")]
    [InlineData("{\"messages\":[0],\"tools\":[{1:1}]}")]
    [InlineData("{\"messages\":[0],\"ignored\":[{\"a\" 1}]}")]
    public void What_is_no_json_object_is_refused(string body)
    {
        var refusal = Refused(Encoding.UTF8.GetBytes(body));

        Assert.Equal((RefusalCode.InvalidJson, null), (refusal.Code, refusal.Field));
        Assert.Contains("JSON", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_syntax_error_is_located_without_a_word_of_the_body()
    {
        var refusal = Refused("{\"messages\":[0],\n \"secret\": secret}"u8.ToArray());

        Assert.Equal("The body is not valid JSON at line 2, byte 12.", refusal.Message);
    }

    [Fact]
    public void A_byte_order_mark_is_refused_by_name()
    {
        var refusal = Refused([0xEF, 0xBB, 0xBF, .. "{\"messages\":[0]}"u8]);

        Assert.Equal(RefusalCode.InvalidJson, refusal.Code);
        Assert.Contains("byte order mark", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Another_encoding_is_refused(string name)
    {
        var encoding = Encoding.GetEncoding(name);

        var refusal = Refused([.. encoding.GetPreamble(), .. encoding.GetBytes("{\"messages\":[0]}")]);

        Assert.Equal(RefusalCode.InvalidJson, refusal.Code);
    }

    [Theory]
    [InlineData("{\"messages\":[0],\"model\":\"#\"}")]
    [InlineData("{\"messages\":[0],\"tools\":[{\"#\":1}]}")]
    [InlineData("{\"messages\":[0],\"ignored\":\"#\"}")]
    [InlineData("{\"messages\":[0],\"#\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"#\"}]}")]
    [InlineData("{\"messages\":[{\"role\":\"system\",\"content\":\"#\"}]}")]
    [InlineData("{\"messages\":[0]}#")]
    public void Invalid_utf8_is_refused_wherever_it_stands(string body)
    {
        byte[][] invalid =
        [
            [0x80], [0xC0, 0xAF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80], [0xF8], [0xFF],
        ];
        foreach (var bytes in invalid)
        {
            var at = body.IndexOf('#', StringComparison.Ordinal);

            var refusal = Refused(
                [.. Encoding.UTF8.GetBytes(body[..at]), .. bytes, .. Encoding.UTF8.GetBytes(body[(at + 1)..])]);

            Assert.Equal(RefusalCode.InvalidJson, refusal.Code);
            Assert.Equal($"The body is not valid UTF-8 at byte {at + 1}.", refusal.Message);
        }
    }

    [Theory]
    [InlineData("tools", "[", "]")]
    [InlineData("provider", "{\"a\":", "}")]
    [InlineData("ignored", "[", "]")]
    [InlineData("ignored", "{\"a\":", "}")]
    [InlineData("verbosity", "[", "]")]
    public void Nesting_passes_to_64_and_not_to_65(string field, string open, string close)
    {
        var inside = open.Length > 1 ? "0" : "";
        string Nested(int depth) =>
            $"{{\"messages\":[0],\"{field}\":{Repeat(open, depth - 1)}{inside}{Repeat(close, depth - 1)}}}";

        BodyFilter.Filter(Chat, Encoding.UTF8.GetBytes(Nested(64)));
        var refusal = Refused(Encoding.UTF8.GetBytes(Nested(65)));

        Assert.Equal(RefusalCode.InvalidJson, refusal.Code);
        Assert.Contains("nested deeper than 64", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_open_brackets_are_refused()
    {
        var refusal = Refused(Encoding.UTF8.GetBytes("{\"messages\":" + new string('[', 1_000_000)));

        Assert.Contains("nested deeper than 64", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_at_depth_64_is_a_syntax_error()
    {
        var refusal = Refused(Encoding.UTF8.GetBytes("{\"messages\":" + new string('[', 63) + "x"));

        Assert.Contains("not valid JSON", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-0.0")]
    [InlineData("1E-99999999999999999999999999")]
    public void Huge_numbers_are_kept_as_they_are_spelled(string number) =>
        Assert.Equal($"{{\"top_a\":{number}}}", Config($"{{\"messages\":[0],\"top_a\":{number}}}"));

    [Theory]
    [InlineData(400)]
    [InlineData(1_000_000)]
    public void Numbers_of_any_length_are_judged(int digits)
    {
        var long1 = "1." + new string('0', digits);

        Assert.Equal($"{{\"temperature\":{long1}}}", Config($"{{\"messages\":[0],\"temperature\":{long1}}}"));
        Assert.Equal($"{{\"top_k\":{long1}}}", Config($"{{\"messages\":[0],\"top_k\":{long1}}}"));
        Assert.Equal(RefusalCode.InvalidField, Refused($"{{\"messages\":[0],\"top_p\":{long1}1}}").Code);
        Assert.Equal(RefusalCode.InvalidField, Refused($"{{\"messages\":[0],\"top_k\":{long1}1}}").Code);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\\n")]
    [InlineData("\\u00e9")]
    [InlineData("é")]
    public void Five_megabytes_of_text_pass_unchanged(string piece)
    {
        var text = Repeat(piece, 5_000_000 / Encoding.UTF8.GetByteCount(piece));
        var body = $$"""{"messages":[{"content":"{{text}}","role":"system"}],"model":"{{text}}","x":"{{text}}"}""";

        var kept = BodyFilter.Filter(Chat, Encoding.UTF8.GetBytes(body));

        Assert.Equal($"{{\"model\":\"{text}\"}}", Encoding.UTF8.GetString(kept.Config));
        var plain = text
            .Replace("\\n", "\n", StringComparison.Ordinal)
            .Replace("\\u00e9", "é", StringComparison.Ordinal);
        Assert.Equal(plain, Encoding.UTF8.GetString(kept.SystemPrompt!));
    }

    [Theory]
    [InlineData("k")]
    [InlineData("a_long_common_beginning_")]
    [InlineData("\\u006b")]
    public void A_hundred_thousand_names_are_searched_in_linear_time(string prefix)
    {
        // The same first and last eight bytes in each name, so that only the middle differs.
        var names = Enumerable.Range(0, 100_000).Select(i => $"\"{prefix}{i:000000}_a_common_end\":0").ToArray();
        var objects = string.Join(",", names);
        var clock = Stopwatch.StartNew();

        var kept = Config($"{{\"messages\":[0],\"provider\":{{{objects}}},{objects}}}");

        Assert.Equal($"{{\"provider\":{{{objects}}}}}", kept);
        // A search of each name among all others takes minutes.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(34)]
    [InlineData(65)]
    [InlineData(50_000)]
    public void A_duplicate_is_found_in_an_object_of_any_size(int count)
    {
        var names = Enumerable.Range(0, count).Select(i => $"\"name{i}\":{{\"a\":{i}}}").ToArray();
        foreach (var twice in new[] { 0, count / 2, count - 1 })
        {
            var members = string.Join(",", names) + $",\"n\\u0061me{twice}\":0";

            var inside = Refused($"{{\"messages\":[0],\"provider\":{{\"x\":[{{{members}}}]}}}}");
            var top = Refused($"{{\"messages\":[0],{members}}}");

            Assert.Equal((RefusalCode.DuplicateMember, $"provider.x[0].name{twice}"), (inside.Code, inside.Field));
            Assert.Equal((RefusalCode.DuplicateMember, $"name{twice}"), (top.Code, top.Field));
        }
    }

    [Fact]
    public void A_name_in_a_refusal_is_cut()
    {
        var refusal = Refused($"{{\"messages\":[0],\"logit_bias\":{{\"{new string('x', 1_000_000)}\":true}}}}");

        Assert.InRange(refusal.Field!.Length, 100, 300);
        Assert.InRange(refusal.Message.Length, 100, 400);
    }

    [Fact]
    public void Ignored_content_may_hold_what_is_not_stored() =>
        Assert.Equal("{}", Config(
            """{"messages":[{"role":"user","content":"\ud83d \u0000","a":1,"a":2}],"""
            + """ "x":{"a":"\ud83d","a":"\u0000","\udc00":1},"\ud83d\u0000":1,"user":"\ud83d"}"""));

    [Theory]
    [InlineData("""{"r\ud800":1}""")]
    [InlineData("""{"role":"sys\ud83dx"}""")]
    [InlineData("""{"r\udc00le":"system"}""")]
    public void Half_of_a_surrogate_pair_in_a_message_that_is_not_stored_passes(string message) =>
        Assert.Equal("{}", Config($"{{\"messages\":[{message}]}}"));

    [Fact]
    public void Sql_in_text_is_text()
    {
        const string Sql = "'; drop table presets; --";

        Assert.Equal($"{{\"model\":\"{Sql}\"}}", Config($"{{\"messages\":[0],\"model\":\"{Sql}\"}}"));
    }

    [Fact]
    public void Only_what_is_stored_is_allocated()
    {
        var tools = Enumerable.Range(0, 50).Select(i => $"{{\"type\":\"function\",\"n\\u0061me\":\"{i}\"}}");
        var body = Encoding.UTF8.GetBytes(
            """{"messages":[{"role":"system","content":"Answer\nbriefly."}],"stream":true,"reasoning_effort":"low","""
            + $"\"tools\":[{string.Join(",", tools)}]}}");
        var kept = BodyFilter.Filter(Chat, body);
        var stored = kept.Config.Length + kept.SystemPrompt!.Length + 2 * kept.IgnoredFields!.Length;
        for (var i = 0; i < 200; i++)
            BodyFilter.Filter(Chat, body);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            BodyFilter.Filter(Chat, body);

        // Two arrays and a string have headers and padding of at most 32 bytes each.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, stored, stored + 3 * 32);
    }

    private static string Repeat(string piece, int count) =>
        new StringBuilder(piece.Length * count).Insert(0, piece, count).ToString();

    private static string Config(string body) =>
        Encoding.UTF8.GetString(BodyFilter.Filter(Chat, Encoding.UTF8.GetBytes(body)).Config);

    private static Refusal Refused(string body) => Refused(Encoding.UTF8.GetBytes(body));

    private static Refusal Refused(byte[] body) => Assert.Throws<Refusal>(() => BodyFilter.Filter(Chat, body));
}
