using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Presets;

/// <summary>Finds the end of a JSON string (RFC 8259, section 7).</summary>
internal static class StringScan
{
    // DEL (0x7F) is no control character to JSON.
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    /// <summary>
    /// The index of the first quote, backslash or control character from <paramref name="at"/> on, or -1. Most strings
    /// are short.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FindSpecial(ReadOnlySpan<byte> body, int at)
    {
        if (at <= body.Length - Vector128<byte>.Count)
        {
            // In bounds: at is at least 0, and a vector's length before the end.
            var found = FindSpecial(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(body), (nuint)at));
            if (found != 0)
                return at + BitOperations.TrailingZeroCount(found);
            at += Vector128<byte>.Count;
        }
        return FindSpecialFar(body, at);
    }

    /// <summary>
    /// The index of the quote that ends a string whose first special byte is at <paramref name="at"/>, or -1.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int FindEnd(ReadOnlySpan<byte> body, int at)
    {
        while (at >= 0 && body[at] == '\\')
        {
            var length = EscapeLength(body, at);
            if (length == 0)
                return -1;
            at = FindSpecial(body, at + length);
        }
        return at >= 0 && body[at] == '"' ? at : -1;
    }

    // The length of the escape at a backslash; 0 when it is none.
    private static int EscapeLength(ReadOnlySpan<byte> body, int at)
    {
        var rest = body[(at + 1)..];
        if (rest.IsEmpty)
            return 0;
        return rest[0] switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => 2,
            (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => 2,
            (byte)'u' when rest.Length > 4 && IsHex(rest[1]) && IsHex(rest[2]) && IsHex(rest[3]) && IsHex(rest[4]) => 6,
            _ => 0,
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int FindSpecialFar(ReadOnlySpan<byte> body, int at)
    {
        // Calling the general search costs as much as some vectors.
        for (var vectors = 0; vectors < 4 && at <= body.Length - Vector128<byte>.Count; vectors++)
        {
            // In bounds, as above.
            var found = FindSpecial(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(body), (nuint)at));
            if (found != 0)
                return at + BitOperations.TrailingZeroCount(found);
            at += Vector128<byte>.Count;
        }
        var rest = body[at..].IndexOfAny(Special);
        return rest < 0 ? -1 : at + rest;
    }

    // A bit for each byte that is special.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FindSpecial(Vector128<byte> bytes)
    {
        var control = Vector128.Equals(Vector128.Min(bytes, Vector128.Create((byte)0x1F)), bytes);
        var quote = Vector128.Equals(bytes, Vector128.Create((byte)'"'));
        var escape = Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
        return (control | quote | escape).ExtractMostSignificantBits();
    }

    private static bool IsHex(byte digit) => char.IsAsciiHexDigit((char)digit);
}
