namespace Presets;

/// <summary>A JSON number judged by its decimal text, so that no rounding moves it over a bound.</summary>
internal readonly ref struct JsonNumber
{
    // An exponent beyond this is cut: no body is long enough for its digits to make up for it.
    private const long LargestExponent = 1L << 40;

    private readonly ReadOnlySpan<byte> digits;
    private readonly bool negative;

    // Indexes in the digits: of the first that is not 0, of the one past the last such, and of the first after the
    // decimal point, which may be outside of them.
    private readonly int first;
    private readonly int end;
    private readonly long point;

    // Index of the decimal point, after which a digit's index is one larger; past every digit when there is none.
    private readonly int dot;

    /// <param name="text">A number as the reader accepted it.</param>
    internal JsonNumber(ReadOnlySpan<byte> text)
    {
        negative = text[0] == '-';
        digits = negative ? text[1..] : text;
        var exponent = 0L;
        if (digits.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var e)
        {
            exponent = ReadExponent(digits[(e + 1)..]);
            digits = digits[..e];
        }
        dot = digits.IndexOf((byte)'.');
        point = (dot < 0 ? digits.Length : dot) + exponent;
        first = digits.IndexOfAnyInRange((byte)'1', (byte)'9');
        end = digits.LastIndexOfAnyInRange((byte)'1', (byte)'9') + 1;
        if (dot < 0)
            dot = int.MaxValue;
        first -= first > dot ? 1 : 0;
        end -= end > dot ? 1 : 0;
    }

    /// <summary>Where the number that starts at <paramref name="start"/> ends, or -1 when it is none.</summary>
    internal static int FindEnd(ReadOnlySpan<byte> body, int start)
    {
        // RFC 8259, section 6: a number that starts with 0 has no other digit before the point.
        var at = body[start] == '-' ? start + 1 : start;
        if (ByteAt(body, at) == '0')
            at++;
        else if (!TrySkipDigits(body, ref at))
            return -1;
        if (ByteAt(body, at) == '.')
        {
            at++;
            if (!TrySkipDigits(body, ref at))
                return -1;
        }
        if (ByteAt(body, at) is not ((byte)'e' or (byte)'E'))
            return at;
        at++;
        if (ByteAt(body, at) is (byte)'+' or (byte)'-')
            at++;
        return TrySkipDigits(body, ref at) ? at : -1;
    }

    /// <summary>Whether it has no fraction.</summary>
    internal bool IsInteger => IsZero || end <= point;

    private bool IsZero => end == 0;

    /// <summary>Whether it lies between two integers, both included.</summary>
    internal bool IsBetween(int least, int most) => CompareTo(least) >= 0 && CompareTo(most) <= 0;

    private int CompareTo(int bound)
    {
        if (IsZero)
            return 0.CompareTo(bound);
        if (negative != bound < 0)
            return negative ? -1 : 1;
        var magnitude = CompareMagnitude(Math.Abs((long)bound));
        return negative ? -magnitude : magnitude;
    }

    private int CompareMagnitude(long bound)
    {
        if (point - first > 12)
            return 1;
        var whole = 0L;
        for (long i = first; i < point; i++)
            whole = whole * 10 + (i < end ? digits[(int)(i >= dot ? i + 1 : i)] - '0' : 0);
        return whole != bound ? whole.CompareTo(bound) : end > point ? 1 : 0;
    }

    // At least one.
    private static bool TrySkipDigits(ReadOnlySpan<byte> body, ref int at)
    {
        var start = at;
        while (char.IsAsciiDigit((char)ByteAt(body, at)))
            at++;
        return at > start;
    }

    // No number holds a byte 0, so that can stand for the end.
    private static byte ByteAt(ReadOnlySpan<byte> body, int at) => (uint)at < (uint)body.Length ? body[at] : (byte)0;

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var value = 0L;
        foreach (var digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
            value = Math.Min(value * 10 + (digit - '0'), LargestExponent);
        return negative ? -value : value;
    }
}
