namespace Presets;

/// <summary>Finds what keeps its order while all else moves around it.</summary>
internal static class LongestIncreasing
{
    /// <summary>
    /// Marks a longest strictly increasing subsequence of the values that are not negative, in time n log n.
    /// </summary>
    internal static bool[] Mark(ReadOnlySpan<int> values)
    {
        // For each length, the index of the smallest value that ends a subsequence of that length.
        var ends = new int[values.Length];
        var previous = new int[values.Length];
        var length = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] < 0)
                continue;
            var (low, high) = (0, length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (values[ends[middle]] < values[i])
                    low = middle + 1;
                else
                    high = middle;
            }
            previous[i] = low > 0 ? ends[low - 1] : -1;
            ends[low] = i;
            length = Math.Max(length, low + 1);
        }
        var marked = new bool[values.Length];
        for (var i = length > 0 ? ends[length - 1] : -1; i >= 0; i = previous[i])
            marked[i] = true;
        return marked;
    }
}
