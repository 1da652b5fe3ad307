namespace Presets;

/// <summary>
/// Which lines to take out of one text and put into another, by Myers' algorithm ("An O(ND) Difference Algorithm and
/// Its Variations", 1986). Lines are numbers: equal ones are equal lines.
/// </summary>
/// <param name="maxEdits">
/// How many edits one search may make. Where it takes more, the search goes as far as it gets with these and starts
/// again from there: the result is right, but no longer the shortest.
/// </param>
/// <param name="work">How many steps all searches may make. Lines that are left are replaced as a whole.</param>
internal sealed class LineComparison(int[] from, int[] to, int maxEdits = 1000, long work = 20_000_000)
{
    // Lines of the old and of the new text that a number of edits gets past.
    private readonly record struct Point(int Edits, int X, int Y);

    // rows[d][i]: how many old lines d edits get past on the diagonal where that is 2i - d more than new ones. They are
    // used again by the next search.
    private readonly List<int[]> rows = [];

    /// <summary>Whether each line of the old text is removed.</summary>
    internal bool[] Removed { get; } = new bool[from.Length];

    /// <summary>Whether each line of the new text is added.</summary>
    internal bool[] Added { get; } = new bool[to.Length];

    internal void Run()
    {
        var start = from.AsSpan().CommonPrefixLength(to);
        var (fromEnd, toEnd) = (from.Length, to.Length);
        while (fromEnd > start && toEnd > start && from[fromEnd - 1] == to[toEnd - 1])
            (fromEnd, toEnd) = (fromEnd - 1, toEnd - 1);
        var (i, j) = (start, start);
        while (i < fromEnd && j < toEnd && work > 0)
        {
            var found = Search(from.AsSpan(i..fromEnd), to.AsSpan(j..toEnd));
            Mark(found, i, j);
            (i, j) = (i + found.X, j + found.Y);
        }
        Removed.AsSpan(i..fromEnd).Fill(true);
        Added.AsSpan(j..toEnd).Fill(true);
    }

    // Goes to the end of both, or to the furthest point it can reach.
    private Point Search(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var furthest = new Point(0, 0, 0);
        for (var edits = 0; edits <= maxEdits; edits++)
        {
            if (edits == rows.Count)
                rows.Add(new int[edits + 1]);
            var row = rows[edits];
            for (var i = 0; i <= edits; i++)
            {
                if (work-- <= 0)
                    return furthest;
                var x = edits == 0 ? 0 : IsAddition(edits, i) ? rows[edits - 1][i] : rows[edits - 1][i - 1] + 1;
                var y = x - (2 * i - edits);
                row[i] = x;
                if (x > a.Length || y > b.Length)
                    continue;
                var same = a[x..].CommonPrefixLength(b[y..]);
                work -= same;
                row[i] = x += same;
                y += same;
                if (x + y > furthest.X + furthest.Y)
                    furthest = new Point(edits, x, y);
                if (x == a.Length && y == b.Length)
                    return furthest;
            }
        }
        return furthest;
    }

    // Follows the way to a point back to its start.
    private void Mark(Point point, int fromStart, int toStart)
    {
        var (edits, x, y) = point;
        for (; edits > 0; edits--)
        {
            var i = (edits + x - y) / 2;
            var added = IsAddition(edits, i);
            var row = rows[edits - 1];
            x = added ? row[i] : row[i - 1];
            y = x - (2 * (added ? i : i - 1) - (edits - 1));
            if (added)
                Added[toStart + y] = true;
            else
                Removed[fromStart + x] = true;
        }
    }

    // Whether the last edit on the way to a diagonal adds a line: it does where that leads further.
    private bool IsAddition(int edits, int i) =>
        i == 0 || (i < edits && rows[edits - 1][i - 1] < rows[edits - 1][i]);
}
