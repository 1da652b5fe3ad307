using System.Diagnostics;

namespace Presets.Tests;

public class ConfigDiffTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{ "\u0061" : 1 }""", "[]")]
    [InlineData("""{"a":1}""", """{"a":1.0}""", """[{"path":"/a","op":"replace","from":1,"to":1.0}]""")]
    [InlineData("""{"a":null}""", """{"a":0}""", """[{"path":"/a","op":"replace","from":null,"to":0}]""")]
    [InlineData(
        """{"a":{"x":[1, 2],"y":0}}""", """{"a":{"x":[1, 3],"z":"\u0041"}}""",
        """
        [{"path":"/a/y","op":"remove","from":0,"to":null},
        {"path":"/a/x","op":"replace","from":[1, 2],"to":[1, 3]},
        {"path":"/a/z","op":"add","from":null,"to":"\u0041"}]
        """)]
    [InlineData(
        """{"a":1,"\u0062":{}}""", """{"b":{},"a":1}""",
        """[{"path":"","op":"reorder","from":["a","\u0062"],"to":["b","a"]}]""")]
    [InlineData(
        """{"a":1,"c":2}""", """{"a":1,"b":0,"c":2}""",
        """
        [{"path":"/b","op":"add","from":null,"to":0},
        {"path":"","op":"reorder","from":["a","c"],"to":["a","b","c"]}]
        """)]
    [InlineData(
        """{"a/b":{"~":{"\"é\n":1}}}""", """{"a/b":{"~":{"\"é\n":2}}}""",
        """[{"path":"/a~1b/~0/\"é\n","op":"replace","from":1,"to":2}]""")]
    [InlineData("""{"stop":[]}""", """{"stop":["a"]}""", """[{"path":"/stop","op":"replace","from":[],"to":["a"]}]""")]
    [InlineData("[]", "{}", """[{"path":"","op":"replace","from":[],"to":{}}]""")]
    public void Changes_are_written_with_the_values_as_they_are_spelled(string from, string to, string changes) =>
        Assert.Equal(changes.ReplaceLineEndings(""), WrittenChanges.Between(from, to));

    [Theory]
    [InlineData("abc", "abc", "[]")]
    [InlineData("abc", "bca", """[{"path":"/tools/2","op":"move","from":"/tools/0","to":"/tools/2"}]""")]
    [InlineData("abc", "cab", """[{"path":"/tools/0","op":"move","from":"/tools/2","to":"/tools/0"}]""")]
    [InlineData("abc", "ac", """[{"path":"/tools/1","op":"remove","from":{"type":"b"},"to":null}]""")]
    [InlineData("ac", "abc", """[{"path":"/tools/1","op":"add","from":null,"to":{"type":"b"}}]""")]
    [InlineData("", "a", """[{"path":"/tools/0","op":"add","from":null,"to":{"type":"a"}}]""")]
    [InlineData("aa", "aaa", """[{"path":"/tools/2","op":"add","from":null,"to":{"type":"a"}}]""")]
    [InlineData(
        "abcd", "edba",
        """
        [{"path":"/tools/2","op":"remove","from":{"type":"c"},"to":null},
        {"path":"/tools/0","op":"add","from":null,"to":{"type":"e"}},
        {"path":"/tools/1","op":"move","from":"/tools/3","to":"/tools/1"},
        {"path":"/tools/2","op":"move","from":"/tools/1","to":"/tools/2"}]
        """)]
    public void Tools_are_told_by_their_identity(string from, string to, string changes) =>
        Assert.Equal(changes.ReplaceLineEndings(""), WrittenChanges.Between(Tools(from), Tools(to)));

    [Fact]
    public void A_tool_that_moved_and_changed_is_both()
    {
        var changes = WrittenChanges.Between(
            """
            {"tools":[{"type":"web_search"},{"type":"mcp","server_label":"a","server_url":"u"},
            {"type":"function","function":{"name":"f","strict":true,"description":"old"}}]}
            """,
            """
            {"tools":[{"type":"function","function":{"name":"f","description":"new"}},{"type":"web_search"},
            {"type":"mcp","server_label":"a","server_url":"v"}]}
            """);

        Assert.Equal(
            """
            [{"path":"/tools/0","op":"move","from":"/tools/2","to":"/tools/0"},
            {"path":"/tools/2/function/strict","op":"remove","from":true,"to":null},
            {"path":"/tools/0/function/description","op":"replace","from":"old","to":"new"},
            {"path":"/tools/2/server_url","op":"replace","from":"u","to":"v"}]
            """.ReplaceLineEndings(""),
            changes);
    }

    [Theory]
    [InlineData("members in another order")]
    [InlineData("members in reverse order")]
    [InlineData("tools in another order")]
    [InlineData("tools in reverse order")]
    [InlineData("equal tools")]
    [InlineData("tools that all change")]
    [InlineData("a long path to many changes")]
    [InlineData("64 levels")]
    [InlineData("numbers")]
    public void Time_and_size_grow_with_the_configs_whatever_is_in_them(string hostile)
    {
        var (from, to) = Hostile(hostile);
        var clock = Stopwatch.StartNew();

        var changes = WrittenChanges.Between(from, to);

        Assert.NotEqual("[]", changes);
        Assert.InRange(changes.Length, 0, 8 * (from.Length + to.Length));
        // What is quadratic takes minutes.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
    }

    private static (string From, string To) Hostile(string name)
    {
        string[] names = [.. Enumerable.Range(0, 50_000).Select(i => $"\"name{i}\":{i}")];
        string[] tools = [.. Enumerable.Range(0, 50_000).Select(i => $$"""{"type":"t{{i}}"}""")];
        return name switch
        {
            "members in another order" => (Object(names), Object(Shuffled(names))),
            "members in reverse order" => (Object(names), Object(names.Reverse())),
            "tools in another order" => (List(tools), List(Shuffled(tools))),
            "tools in reverse order" => (List(tools), List(tools.Reverse())),
            "equal tools" => (List(Same("{}", 300_000)), List(Same("{}", 299_999))),
            "tools that all change" => (List(Same("""{"a":0}""", 120_000)), List(Same("""{"a":1}""", 120_000))),
            "a long path to many changes" => (LongPath(0), LongPath(1)),
            "64 levels" => (Deep(0), Deep(1)),
            "numbers" => (List(Same("0", 500_000)), List(Same("1", 500_000))),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
    }

    private static string Tools(string types) =>
        $$"""{"tools":[{{string.Join(',', types.Select(type => $$"""{"type":"{{type}}"}"""))}}]}""";

    private static IEnumerable<string> Same(string value, int count) => Enumerable.Repeat(value, count);

    private static string Object(IEnumerable<string> members) => $"{{{string.Join(',', members)}}}";

    private static string List(IEnumerable<string> values) => Object([$"\"tools\":[{string.Join(',', values)}]"]);

    private static string LongPath(int value)
    {
        var members = Enumerable.Range(0, 40_000).Select(i => $"\"{i}\":{value}");
        return Object([$"\"{new string('n', 500_000)}\":{Object(members)}"]);
    }

    private static string Deep(int value)
    {
        var innermost = string.Join(',', Same($$"""{"b":{{value}}}""", 130_000));
        return string.Concat(Same("""{"a":[""", 31)) + innermost + string.Concat(Same("]}", 31));
    }

    private static string[] Shuffled(string[] values)
    {
        var shuffled = values.ToArray();
        new Random(1).Shuffle(shuffled);
        return shuffled;
    }
}
