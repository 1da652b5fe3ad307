namespace Presets;

/// <summary>A JSON number judged by its decimal text, so that no rounding moves it over a bound.</summary>
internal readonly ref struct JsonNumber
{
    // An exponent beyond this is cut: no body is long enough for its digits to make up for it.
    private const long LargestExponent = 1L << 40;

    private readonly ReadOnlySpan<byte> _digits;
    private readonly bool _negative;

    // Index in _digits of the first digit that is not 0, one past the last such, and (perhaps outside of them) the first after the decimal point.
    private readonly int _first;
    private readonly int _end;
    private readonly long _point;

    // Index of the decimal point, after which a digit's index is one larger; past every digit when there is none.
    private readonly int _dot = int.MaxValue;

    /// <param name="text">A number as the reader accepted it.</param>
    internal JsonNumber(ReadOnlySpan<byte> text)
    {
        _negative = text[0] == '-';
        _digits = _negative ? text[1..] : text;
        var exponent = 0L;
        if (_digits.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var e)
        {
            exponent = ReadExponent(_digits[(e + 1)..]);
            _digits = _digits[..e];
        }
        var dot = _digits.IndexOf((byte)'.');
        _point = (dot < 0 ? _digits.Length : dot) + exponent;
        _first = _digits.IndexOfAnyInRange((byte)'1', (byte)'9');
        _end = _digits.LastIndexOfAnyInRange((byte)'1', (byte)'9') + 1;
        if (dot < 0)
            return;
        _first -= _first > dot ? 1 : 0;
        _end -= _end > dot ? 1 : 0;
        _dot = dot;
    }

    /// <summary>Whether it has no fraction.</summary>
    internal bool IsInteger => IsZero || _end <= _point;

    private bool IsZero => _end == 0;

    /// <summary>Whether it lies between two integers, both included.</summary>
    internal bool IsBetween(int least, int most) => CompareTo(least) >= 0 && CompareTo(most) <= 0;

    private int CompareTo(int bound)
    {
        if (IsZero)
            return 0.CompareTo(bound);
        if (_negative != bound < 0)
            return _negative ? -1 : 1;
        var magnitude = CompareMagnitude(Math.Abs((long)bound));
        return _negative ? -magnitude : magnitude;
    }

    private int CompareMagnitude(long bound)
    {
        if (_point - _first > 12)
            return 1;
        var whole = 0L;
        for (long i = _first; i < _point; i++)
            whole = whole * 10 + (i < _end ? _digits[(int)(i >= _dot ? i + 1 : i)] - '0' : 0);
        return whole != bound ? whole.CompareTo(bound) : _end > _point ? 1 : 0;
    }

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var value = 0L;
        foreach (var digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
            value = Math.Min(value * 10 + (digit - '0'), LargestExponent);
        return negative ? -value : value;
    }
}
