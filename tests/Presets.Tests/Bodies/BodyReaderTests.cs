using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace Presets.Tests;

/// <summary>The reader gives the tokens of <see cref="Utf8JsonReader"/>, and refuses where it does.</summary>
public class BodyReaderTests
{
    private const string Sample =
        " {\"a\\u00e9\\n\" : [ 0 , -1.50e+3,true,false,null , [ ] , {} ] ,\r\n"
        + "\t\"long enough for two vectors of bytes, é and \\\"all\\\"\":{\"b\":\"\"}} \n";

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("+1")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1.e1")]
    [InlineData("1.5")]
    [InlineData("1.5.5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e-")]
    [InlineData("1E+05")]
    [InlineData("1e5.5")]
    [InlineData("0e0")]
    [InlineData("0x1")]
    [InlineData("1x")]
    [InlineData("1/")]
    [InlineData("1//")]
    [InlineData("1\"")]
    [InlineData("1[")]
    [InlineData("1:")]
    [InlineData("1\v")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("123456789012345678901234567890.123456789012345678901234567890e1234567890")]
    [InlineData("true")]
    [InlineData("truex")]
    [InlineData("True")]
    [InlineData("tru")]
    [InlineData("fals")]
    [InlineData("nul")]
    [InlineData("nulll")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u\"")]
    [InlineData("\"\\u00\"")]
    [InlineData("\"\\u00g0\"")]
    [InlineData("\"\\u00E9\\ud800\\u0000\"")]
    [InlineData("\"\\U0041\"")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"")]
    [InlineData("\"\\'\"")]
    [InlineData("\"\\")]
    [InlineData("\"\\\"")]
    [InlineData("'a'")]
    [InlineData("/**/1")]
    [InlineData("//\n1")]
    public void A_value_is_read_alike_wherever_it_stands(string value)
    {
        string[] texts =
        [
            value, $" {value} ", $"[{value}]", $"[1,{value} ]", $"{{\"a\":{value}}}",
            $"{{\"a\":{value},\"b\":1}}", value + value,
        ];
        foreach (var text in texts)
            AssertAlike(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\uFEFF{}")]
    [InlineData("{} {}")]
    [InlineData("{},")]
    [InlineData("{}]")]
    [InlineData("{}\0")]
    [InlineData("{}x")]
    [InlineData("]")]
    [InlineData("}")]
    [InlineData(",")]
    [InlineData(":")]
    [InlineData("[}")]
    [InlineData("{]")]
    [InlineData("[,]")]
    [InlineData("[1,]")]
    [InlineData("[1,,1]")]
    [InlineData("[1 1]")]
    [InlineData("[1:1]")]
    [InlineData("[{} {}]")]
    [InlineData("[\"a\" \"b\"]")]
    [InlineData("{,}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":,}")]
    [InlineData("{\"a\",1}")]
    [InlineData("{\"a\"::1}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 \"b\":1}")]
    [InlineData("{\"a\":1:1}")]
    [InlineData("{a:1}")]
    [InlineData("{1:1}")]
    [InlineData("{{}}")]
    [InlineData("{[]}")]
    public void A_structure_is_read_alike(string text) => AssertAlike(text);

    [Fact]
    public void Every_byte_is_judged_alike_at_every_place_of_a_string_and_between_tokens()
    {
        for (var value = 0; value < 256; value++)
        {
            for (var length = 0; length < 100; length += length < 40 ? 1 : 7)
            {
                var text = new string('a', length);
                AssertAlike([(byte)'"', .. Encoding.ASCII.GetBytes(text), (byte)value, (byte)'b', (byte)'"']);
                AssertAlike([.. Encoding.ASCII.GetBytes("[\"" + text), (byte)value, .. "\", 1, 2, 3, 4, 5, 6, 7]"u8]);
            }
            foreach (var text in new[] { "[#1#,#1#]#", "{#\"a\"#:#1#}", "\"\\#\"" })
                AssertAlike([.. text.Select(c => c == '#' ? (byte)value : (byte)c)]);
        }
    }

    [Fact]
    public void A_sample_cut_or_changed_at_every_byte_is_read_alike()
    {
        var sample = Encoding.UTF8.GetBytes(Sample);
        for (var at = 0; at < sample.Length; at++)
        {
            AssertAlike(sample[..at]);
            AssertAlike([.. sample[..at], .. sample[(at + 1)..]]);
            for (var value = 0; value < 256; value++)
                AssertAlike([.. sample[..at], (byte)value, .. sample[(at + 1)..]]);
        }

        AssertAlike(sample);
        Assert.Null(Tokens.Ours(sample).Fault);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Depth_is_limited_alike(int depth)
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]") })
        {
            var count = depth / (open.Length > 5 ? 2 : 1);
            var nested = Repeat(open, count) + "1" + Repeat(close, count);
            AssertAlike(nested);
            AssertAlike("[" + nested + "," + nested + "]");
        }

        var lists = Encoding.UTF8.GetBytes(Repeat("[", depth) + Repeat("]", depth));
        Assert.Equal(depth > 64, Tokens.Ours(lists).Fault is not null);
    }

    [Property(MaxTest = 3000)]
    public void Random_json_whole_cut_or_damaged_is_read_alike(int seed)
    {
        var random = new Random(seed);
        var bytes = Encoding.UTF8.GetBytes(RandomJson.Text(random, random.Next(1, 7)));

        Assert.Null(Tokens.Ours(bytes).Fault);
        AssertAlike(bytes);
        AssertAlike(bytes[..random.Next(bytes.Length)]);
        for (var i = 0; i < 8; i++)
        {
            const string Likely = "{}[]\",:\\u/ed800-+.09tnf \r\n\t\u0001\u007fé";
            var at = random.Next(bytes.Length);
            var other = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)Likely[random.Next(Likely.Length)];
            bytes = random.Next(3) switch
            {
                0 => [.. bytes[..at], other, .. bytes[at..]],
                1 when bytes.Length > 1 => [.. bytes[..at], .. bytes[(at + 1)..]],
                _ => [.. bytes[..at], other, .. bytes[(at + 1)..]],
            };
            AssertAlike(bytes);
        }
    }

    [Property(MaxTest = 1000)]
    public void Random_bytes_are_read_alike(byte[] bytes) => AssertAlike(bytes);

    [Property(MaxTest = 1000)]
    public void A_value_is_skipped_to_its_end(int seed)
    {
        var text = RandomJson.Text(new Random(seed), 5);
        var length = Encoding.UTF8.GetByteCount(text.TrimEnd(' ', '\n', '\r', '\t'));
        var reader = new BodyReader(Encoding.UTF8.GetBytes(text));

        reader.Read();
        reader.Skip();

        Assert.Equal(length, reader.BytesConsumed);
        Assert.Equal(0, reader.Depth);
        Assert.False(reader.Read());
    }

    private static void AssertAlike(string text) => AssertAlike(Encoding.UTF8.GetBytes(text));

    private static void AssertAlike(byte[] bytes)
    {
        var (theirs, ours) = (Tokens.Theirs(bytes), Tokens.Ours(bytes));
        if (theirs.Fault == ours.Fault && theirs.Read.SequenceEqual(ours.Read))
            return;
        Assert.Fail($"{Encoding.Latin1.GetString(bytes)}\n{theirs}\n{ours}");
    }

    private static string Repeat(string piece, int count) => string.Concat(Enumerable.Repeat(piece, count));
}
