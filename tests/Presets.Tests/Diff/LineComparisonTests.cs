using FsCheck.Xunit;

namespace Presets.Tests;

public class LineComparisonTests
{
    [Property(MaxTest = 3000)]
    public void The_lines_that_stay_are_a_longest_common_subsequence(int seed)
    {
        var random = new Random(seed);
        var (from, to) = (Lines(random), Lines(random));
        var comparison = new LineComparison(from, to);

        comparison.Run();

        Assert.Equal(LongestCommon(from, to), Stay(from, to, comparison));
    }

    [Property(MaxTest = 3000)]
    public void A_search_that_runs_out_of_edits_or_work_is_still_right(int seed, byte maxEdits, byte work)
    {
        var random = new Random(seed);
        var (from, to) = (Lines(random), Lines(random));
        var comparison = new LineComparison(from, to, 1 + maxEdits % 8, work % 100);

        comparison.Run();

        Stay(from, to, comparison);
    }

    // How many lines stay, the same ones in both.
    private static int Stay(int[] from, int[] to, LineComparison comparison)
    {
        var stay = from.Where((_, i) => !comparison.Removed[i]).ToArray();
        Assert.Equal(stay, to.Where((_, i) => !comparison.Added[i]));
        return stay.Length;
    }

    private static int[] Lines(Random random)
    {
        var different = random.Next(1, 12);
        return [.. Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(different))];
    }

    private static int LongestCommon(int[] from, int[] to)
    {
        var lengths = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i < from.Length; i++)
        {
            for (var j = 0; j < to.Length; j++)
                lengths[i + 1, j + 1] = from[i] == to[j]
                    ? lengths[i, j] + 1
                    : Math.Max(lengths[i, j + 1], lengths[i + 1, j]);
        }
        return lengths[from.Length, to.Length];
    }
}
