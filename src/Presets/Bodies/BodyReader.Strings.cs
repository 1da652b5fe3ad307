using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Presets;

// Strings: RFC 8259, section 7.
internal ref partial struct BodyReader
{
    // The bytes that are not simply part of a string. DEL (0x7F) is.
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    /// <summary>Takes the string at a quote as the value, and gives the index of its closing quote.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadString(int at)
    {
        var start = at + 1;
        var end = FindSpecial(start);
        if (end < 0 || _body[end] != '"')
            end = ReadSpecialString(end);
        TokenStartIndex = at;
        _valueStart = start;
        _valueLength = end - start;
        return end;
    }

    /// <summary>The index of the first special byte from <paramref name="at"/> on, or -1. Most strings are short.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int FindSpecial(int at)
    {
        if (at <= _body.Length - Vector128<byte>.Count)
        {
            // In bounds: at is at least 0, and a vector's length before the end.
            var found = FindSpecial(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(_body), (nuint)at));
            if (found != 0)
                return at + BitOperations.TrailingZeroCount(found);
            at += Vector128<byte>.Count;
        }
        return FindSpecialFar(at);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int FindSpecialFar(int at)
    {
        // Calling the general search costs as much as some vectors.
        for (var vectors = 0; vectors < 4 && at <= _body.Length - Vector128<byte>.Count; vectors++)
        {
            // In bounds, as above.
            var found = FindSpecial(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(_body), (nuint)at));
            if (found != 0)
                return at + BitOperations.TrailingZeroCount(found);
            at += Vector128<byte>.Count;
        }
        var rest = _body[at..].IndexOfAny(Special);
        return rest < 0 ? -1 : at + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FindSpecial(Vector128<byte> bytes)
    {
        var control = Vector128.Equals(Vector128.Min(bytes, Vector128.Create((byte)0x1F)), bytes);
        var quote = Vector128.Equals(bytes, Vector128.Create((byte)'"'));
        var escape = Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
        return (control | quote | escape).ExtractMostSignificantBits();
    }

    // A string goes on from its first special byte, which is no quote, or -1.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReadSpecialString(int at)
    {
        while (at >= 0 && _body[at] == '\\')
        {
            ValueIsEscaped = true;
            at = FindSpecial(at + EscapeLength(at));
        }
        if (at < 0 || _body[at] != '"')
            Fail();
        return at;
    }

    private readonly int EscapeLength(int at)
    {
        var rest = _body[(at + 1)..];
        if (rest.IsEmpty)
            Fail();
        switch (rest[0])
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                return 2;
            case (byte)'u' when rest.Length > 4 && char.IsAsciiHexDigit((char)rest[1]) && char.IsAsciiHexDigit((char)rest[2])
                && char.IsAsciiHexDigit((char)rest[3]) && char.IsAsciiHexDigit((char)rest[4]):
                return 6;
            default:
                Fail();
                return 0;
        }
    }
}
