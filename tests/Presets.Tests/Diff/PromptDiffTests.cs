using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck.Xunit;

namespace Presets.Tests;

public partial class PromptDiffTests
{
    private const string NoNewline = "\\ No newline at end of file\n";

    [Property(MaxTest = 3000)]
    public void Applying_the_hunks_to_one_prompt_gives_the_other(int seed)
    {
        var random = new Random(seed);
        var from = Prompt(random);
        var to = random.Next(3) == 0 ? Prompt(random) : Edit(from, random);

        var diff = Compare(from, to);

        Assert.Equal(from == to, diff is null);
        Assert.Equal(to, Apply(from, diff));
    }

    [Fact]
    public void A_change_stands_between_three_lines_of_context()
    {
        var diff = Compare("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n");

        Assert.Equal("--- from\n+++ to\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n", diff);
    }

    [Fact]
    public void Changes_far_apart_have_hunks_of_their_own()
    {
        var lines = Enumerable.Range(1, 20).Select(i => $"{i}\n").ToArray();

        var diff = Compare(string.Concat(lines), string.Concat([.. lines[1..19], "21"]));

        Assert.Equal(
            "--- from\n+++ to\n@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n"
            + "@@ -17,4 +16,4 @@\n 17\n 18\n 19\n-20\n+21\n" + NoNewline,
            diff);
    }

    [Fact]
    public void A_prompt_that_is_null_has_no_lines()
    {
        Assert.Equal("--- from\n+++ to\n@@ -0,0 +1,1 @@\n+a\n" + NoNewline, Compare(null, "a"));
        Assert.Equal("--- from\n+++ to\n@@ -1,1 +0,0 @@\n-a\n", Compare("a\n", null));
        Assert.Null(Compare(null, null));
    }

    [Fact]
    public void A_final_line_feed_and_a_carriage_return_count()
    {
        Assert.Equal("--- from\n+++ to\n@@ -1,1 +1,1 @@\n-a\n" + NoNewline + "+a\n", Compare("a", "a\n"));
        Assert.Equal("--- from\n+++ to\n@@ -1,1 +1,1 @@\n-a\r\n+a\n", Compare("a\r\n", "a\n"));
    }

    [Theory]
    [InlineData("no line in common")]
    [InlineData("lines in reverse order")]
    [InlineData("few different lines")]
    [InlineData("other lines before equal ones")]
    [InlineData("empty lines")]
    [InlineData("every other line differs")]
    [InlineData("one line")]
    public void Time_and_size_grow_with_the_prompts_whatever_is_in_them(string hostile)
    {
        var (from, to) = Hostile(hostile);
        var clock = Stopwatch.StartNew();

        var diff = Compare(from, to);

        // What is quadratic takes minutes.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        Assert.InRange(diff!.Length, 1, 3 * (from.Length + to.Length));
        Assert.Equal(to, Apply(from, diff));
    }

    private static (string From, string To) Hostile(string name)
    {
        const int Count = 150_000;
        var random = new Random(1);
        var numbers = Lines(Count, i => $"{i}");
        return name switch
        {
            "no line in common" => (numbers, Lines(Count, i => $"x{i}")),
            "lines in reverse order" => (numbers, Lines(Count, i => $"{Count - 1 - i}")),
            "few different lines" => (Lines(Count, _ => $"{random.Next(3)}"), Lines(Count, _ => $"{random.Next(3)}")),
            "other lines before equal ones" =>
                (Lines(2_000, i => $"{i}") + Lines(400_000, _ => "a"), Lines(400_001, i => i < 2_000 ? $"x{i}" : "a")),
            "empty lines" => (new string('\n', 1_000_000), "a" + new string('\n', 900_000) + "b"),
            "every other line differs" => (numbers, Lines(Count, i => i % 2 == 0 ? $"{i}" : "x")),
            "one line" => (new string('a', 1_000_000), new string('a', 999_999) + "b"),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
    }

    private static string Lines(int count, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, count).Select(i => line(i) + "\n"));

    private static string? Compare(string? from, string? to) => PromptDiff.Compare(Utf8(from), Utf8(to));

    private static ReadOnlyMemory<byte>? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static string Apply(string from, string? diff)
    {
        if (diff is null)
            return from;
        var old = Split(from);
        var text = new StringBuilder();
        var at = 0;
        var lines = Split(diff.Replace("\n" + NoNewline, "\0", StringComparison.Ordinal));
        Assert.Equal(["--- from\n", "+++ to\n"], lines[..2]);
        foreach (var line in lines.Skip(2).SelectMany(line => line.Split('\0', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (line[0] == '@')
            {
                var range = Header().Match(line);
                var (start, count) = (Number(range, 1), Number(range, 2));
                for (start -= count > 0 ? 1 : 0; at < start; at++)
                    text.Append(old[at]);
            }
            else if (line[0] == '+')
                text.Append(line[1..]);
            else
            {
                Assert.Equal(old[at++], line[1..]);
                text.Append(line[0] == ' ' ? line[1..] : "");
            }
        }
        return text.Append(string.Concat(old.Skip(at))).ToString();
    }

    private static int Number(Match range, int group) =>
        int.Parse(range.Groups[group].Value, CultureInfo.InvariantCulture);

    private static string[] Split(string text)
    {
        var parts = text.Split('\n');
        return [.. parts[..^1].Select(part => part + "\n"), .. parts[^1..].Where(part => part != "")];
    }

    private static string Prompt(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(40)).Select(_ => RandomLine(random));
        return string.Concat(lines) + (random.Next(2) == 0 ? "x" : "");
    }

    private static string Edit(string prompt, Random random)
    {
        var lines = Split(prompt).ToList();
        for (var i = random.Next(4); i > 0; i--)
        {
            var at = random.Next(lines.Count + 1);
            if (at < lines.Count && random.Next(2) == 0)
                lines.RemoveAt(at);
            else
                lines.Insert(at, RandomLine(random));
        }
        return string.Concat(lines);
    }

    private static string RandomLine(Random random) => $"{"abc-+@ é"[random.Next(8)]}{random.Next(3)}\n";

    [GeneratedRegex(@"^@@ -(\d+),(\d+) \+\d+,\d+ @@\n$")]
    private static partial Regex Header();
}
