using FsCheck.Xunit;

namespace Presets.Tests;

public class LongestIncreasingTests
{
    [Property(MaxTest = 1000)]
    public void What_is_marked_increases_and_is_a_longest_such_subsequence(sbyte[] sample)
    {
        int[] values = [.. sample.Select(value => (int)value)];

        var marked = LongestIncreasing.Mark(values);

        var kept = values.Where((_, i) => marked[i]).ToArray();
        Assert.Equal(kept.Where(value => value >= 0).Distinct().Order(), kept);
        Assert.Equal(LongestLength(values), kept.Length);
    }

    private static int LongestLength(int[] values)
    {
        var lengths = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var before = Enumerable.Range(0, i).Where(j => values[j] < values[i]).Select(j => lengths[j]);
            lengths[i] = values[i] < 0 ? 0 : before.Prepend(0).Max() + 1;
        }
        return lengths.Prepend(0).Max();
    }
}
