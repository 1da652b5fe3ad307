using System.Text;

namespace Presets;

/// <summary>Numbers the lines of texts: equal lines have one number. A line includes its line feed.</summary>
internal sealed class LineTexts
{
    private readonly Dictionary<string, int> numbers = [];
    private readonly List<string> lines = [];

    /// <summary>The numbers of a text's lines.</summary>
    internal int[] Split(string text)
    {
        var split = new List<int>();
        var known = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..(end + 1)];
            rest = rest[line.Length..];
            if (!known.TryGetValue(line, out var number))
            {
                number = lines.Count;
                lines.Add(line.ToString());
                numbers.Add(lines[number], number);
            }
            split.Add(number);
        }
        return [.. split];
    }

    /// <summary>Appends lines, each behind a character.</summary>
    internal void Append(StringBuilder text, char mark, ReadOnlySpan<int> split)
    {
        foreach (var number in split)
        {
            var line = lines[number];
            text.Append(mark).Append(line);
            if (!line.EndsWith('\n'))
                text.Append("\n\\ No newline at end of file\n");
        }
    }
}
