using System.Text;

namespace Presets.Tests;

/// <summary>A valid JSON text made at random, with every kind of token, escape and white space.</summary>
internal static class RandomJson
{
    internal static string Text(Random random, int depth)
    {
        var text = new StringBuilder();
        AppendValue(text, random, depth);
        return text.ToString();
    }

    private static void AppendValue(StringBuilder text, Random random, int depth)
    {
        AppendSpace(text, random);
        var kind = random.Next(depth > 0 ? 6 : 4);
        switch (kind)
        {
            case 0:
                AppendString(text, random);
                break;
            case 1:
                string[] numbers = ["0", "-0", "7", "-12", "1.50", "0.25e-3", "9E+10", "123456789012345678901"];
                text.Append(numbers[random.Next(numbers.Length)]);
                break;
            case 2 or 3:
                string[] literals = ["true", "false", "null"];
                text.Append(literals[random.Next(3)]);
                break;
            default:
                text.Append(kind == 4 ? '[' : '{');
                var count = random.Next(5);
                for (var i = 0; i < count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    AppendSpace(text, random);
                    if (kind == 5)
                    {
                        AppendString(text, random);
                        AppendSpace(text, random);
                        text.Append(':');
                    }
                    AppendValue(text, random, depth - 1);
                }
                AppendSpace(text, random);
                text.Append(kind == 4 ? ']' : '}');
                break;
        }
        AppendSpace(text, random);
    }

    private static void AppendString(StringBuilder text, Random random)
    {
        string[] pieces =
        [
            "a", "name", "é", "的", "😀", "\u007f", "/", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\ud83d\\ude00",
            "\\uDEad", "a longer run of text",
        ];
        text.Append('"');
        for (var i = random.Next(8); i > 0; i--)
            text.Append(pieces[random.Next(2) == 0 ? random.Next(2) : random.Next(pieces.Length)]);
        text.Append('"');
    }

    private static void AppendSpace(StringBuilder text, Random random)
    {
        while (random.Next(5) == 0)
            text.Append(" \n\r\t"[random.Next(4)]);
    }
}
