using System.Text;

namespace Presets.Tests;

public class JsonEqualityTests
{
    [Theory]
    [InlineData("""{"a":[1,"x"]}""", " { \"a\" :\n[ 1 ,\t\"x\" ] }\r")]
    [InlineData("""{"a":"\u0041\n\/é"}""", """{"\u0061":"A\u000a/\u00e9"}""")]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    [InlineData("\"\\\\u0041\"", "\"\\u005cu0041\"")]
    public void White_space_and_escapes_do_not_count(string first, string second) => AssertSame(true, first, second);

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""")]
    [InlineData("1", "1.0")]
    [InlineData("1e2", "1E2")]
    [InlineData("1", "\"1\"")]
    [InlineData("null", "false")]
    [InlineData("[]", "{}")]
    [InlineData("[1]", "[1,2]")]
    [InlineData("[[1],2]", "[[1,2]]")]
    [InlineData("\"a\"", "\"A\"")]
    [InlineData("\"\\u0041\"", "\"\\\\u0041\"")]
    [InlineData("\"\\u00e9\"", "\"e\\u0301\"")]
    public void Order_spelling_of_numbers_and_text_count(string first, string second) =>
        AssertSame(false, first, second);

    private static void AssertSame(bool expected, string first, string second)
    {
        var (left, right) = (Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(second));

        Assert.Equal(expected, JsonEquality.AreSame(left, right));
        Assert.Equal(expected, JsonEquality.AreSame(right, left));
    }
}
