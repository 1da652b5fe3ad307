using System.Globalization;
using System.Text;

namespace Presets;

/// <summary>How two system prompts differ.</summary>
public static class PromptDiff
{
    // Unchanged lines around a change, as diff -u has them.
    private const int Context = 3;

    // Lines of both prompts between two lines that are equal.
    private readonly record struct Block(int From, int FromEnd, int To, int ToEnd);

    /// <summary>
    /// The unified diff, with the files named <c>from</c> and <c>to</c>; null when the prompts are equal. A prompt that
    /// is null has no lines. Time grows with the size of the prompts: where they have little in common, the diff is not
    /// the shortest.
    /// </summary>
    /// <param name="from">The old prompt as UTF-8.</param>
    /// <param name="to">The new prompt as UTF-8.</param>
    public static string? Compare(ReadOnlyMemory<byte>? from, ReadOnlyMemory<byte>? to)
    {
        var texts = new LineTexts();
        var olds = texts.Split(Encoding.UTF8.GetString(from.GetValueOrDefault().Span));
        var news = texts.Split(Encoding.UTF8.GetString(to.GetValueOrDefault().Span));
        var comparison = new LineComparison(olds, news);
        comparison.Run();
        var blocks = FindBlocks(comparison.Removed, comparison.Added);
        if (blocks.Count == 0)
            return null;
        var diff = new StringBuilder("--- from\n+++ to\n");
        for (int first = 0, next; first < blocks.Count; first = next)
        {
            next = first + 1;
            while (next < blocks.Count && blocks[next].From - blocks[next - 1].FromEnd <= 2 * Context)
                next++;
            AppendHunk(diff, texts, olds, news, blocks[first..next]);
        }
        return diff.ToString();
    }

    private static List<Block> FindBlocks(bool[] removed, bool[] added)
    {
        var blocks = new List<Block>();
        var (i, j) = (0, 0);
        while (i < removed.Length || j < added.Length)
        {
            var (from, to) = (i, j);
            while (i < removed.Length && removed[i])
                i++;
            while (j < added.Length && added[j])
                j++;
            if (i > from || j > to)
                blocks.Add(new Block(from, i, to, j));
            // A line that stays is in both.
            (i, j) = (i + 1, j + 1);
        }
        return blocks;
    }

    private static void AppendHunk(StringBuilder diff, LineTexts texts, int[] olds, int[] news, List<Block> blocks)
    {
        var before = Math.Min(Context, blocks[0].From);
        var after = Math.Min(Context, olds.Length - blocks[^1].FromEnd);
        var at = blocks[0].From - before;
        AppendRange(diff.Append("@@ -"), at, blocks[^1].FromEnd + after);
        AppendRange(diff.Append(" +"), blocks[0].To - before, blocks[^1].ToEnd + after);
        diff.Append(" @@\n");
        foreach (var block in blocks)
        {
            texts.Append(diff, ' ', olds.AsSpan(at..block.From));
            texts.Append(diff, '-', olds.AsSpan(block.From..block.FromEnd));
            texts.Append(diff, '+', news.AsSpan(block.To..block.ToEnd));
            at = block.FromEnd;
        }
        texts.Append(diff, ' ', olds.AsSpan(at, after));
    }

    // Lines count from 1; an empty range is named by the line before it.
    private static void AppendRange(StringBuilder diff, int start, int end) =>
        diff.Append(CultureInfo.InvariantCulture, $"{(end > start ? start + 1 : start)},{end - start}");
}
