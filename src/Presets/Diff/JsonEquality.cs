using System.Buffers;
using System.Text.Json;

namespace Presets;

/// <summary>Whether two JSON texts are the same value.</summary>
public static class JsonEquality
{
    /// <summary>
    /// Compares token for token: the order of members and the spelling of numbers count, white space between tokens and
    /// the escapes of a string do not. Takes linear time. Both texts are valid JSON, as the body filter leaves it.
    /// </summary>
    /// <exception cref="JsonException">A text is not JSON, or nested deeper than a body may be.</exception>
    public static bool AreSame(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.SequenceEqual(second))
            return true;
        var left = new BodyReader(first);
        var right = new BodyReader(second);
        while (left.Read())
        {
            if (!right.Read() || left.TokenType != right.TokenType || !AreSame(left, right))
                return false;
        }
        return true;
    }

    private static bool AreSame(in BodyReader left, in BodyReader right)
    {
        if (left.ValueSpan.SequenceEqual(right.ValueSpan))
            return true;
        if (!left.ValueIsEscaped && !right.ValueIsEscaped)
            return false;
        var scratch = ArrayPool<byte>.Shared.Rent(left.ValueSpan.Length + right.ValueSpan.Length);
        var length = JsonText.Unescape(left.ValueSpan, scratch, out _);
        var rest = scratch.AsSpan(length);
        var same = scratch.AsSpan(0, length).SequenceEqual(rest[..JsonText.Unescape(right.ValueSpan, rest, out _)]);
        ArrayPool<byte>.Shared.Return(scratch);
        return same;
    }
}
