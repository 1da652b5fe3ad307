using System.Globalization;

namespace Presets;

/// <summary>What keeps a string from being stored as text.</summary>
internal enum TextFault
{
    None,
    Nul,
    LoneSurrogate,
}

/// <summary>The inside of JSON strings that the reader has accepted: every escape is well formed.</summary>
internal static class JsonText
{
    private const byte Escape = (byte)'\\';

    /// <summary>Whether an escaped string names U+0000 or half of a surrogate pair.</summary>
    internal static TextFault FindFault(ReadOnlySpan<byte> escaped)
    {
        // The two bytes may also be the end of an escaped backslash and the letter u; most strings have neither.
        if (escaped.IndexOf("\\u"u8) < 0)
            return TextFault.None;
        for (var i = escaped.IndexOf(Escape); i >= 0;)
        {
            var length = 2;
            if (escaped[i + 1] == 'u')
            {
                var scalar = ReadScalar(escaped[i..], out length);
                if (scalar == 0)
                    return TextFault.Nul;
                if (IsSurrogate(scalar))
                    return TextFault.LoneSurrogate;
            }
            escaped = escaped[(i + length)..];
            i = escaped.IndexOf(Escape);
        }
        return TextFault.None;
    }

    /// <summary>
    /// Writes the text of an escaped string as UTF-8 and returns its length, which is at most that of
    /// <paramref name="escaped"/>. Half of a surrogate pair, which UTF-8 cannot hold, becomes three bytes in the same
    /// manner, so that equal strings stay equal and others differ.
    /// </summary>
    internal static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination, out TextFault fault)
    {
        fault = TextFault.None;
        var written = 0;
        while (true)
        {
            var run = escaped.IndexOf(Escape);
            if (run < 0)
            {
                escaped.CopyTo(destination[written..]);
                return written + escaped.Length;
            }
            escaped[..run].CopyTo(destination[written..]);
            written += run;
            escaped = escaped[run..];
            var length = 2;
            if (escaped[1] == 'u')
            {
                var scalar = ReadScalar(escaped, out length);
                if (scalar == 0)
                    fault = TextFault.Nul;
                else if (IsSurrogate(scalar))
                    fault = TextFault.LoneSurrogate;
                written += Encode(scalar, destination[written..]);
            }
            else
            {
                destination[written++] = escaped[1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    var itself => itself,
                };
            }
            escaped = escaped[length..];
        }
    }

    /// <summary>The text of a string; allocated when it has escapes.</summary>
    internal static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> value, bool isEscaped)
    {
        if (!isEscaped)
            return value;
        var text = new byte[value.Length];
        return text.AsSpan(0, Unescape(value, text, out _));
    }

    /// <summary>The code points of a text; one for half of a surrogate pair.</summary>
    internal static int CountCodePoints(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text)
            count += (sbyte)b >= -0x40 ? 1 : 0;
        return count;
    }

    private static int ReadScalar(ReadOnlySpan<byte> escaped, out int length)
    {
        length = 6;
        var unit = ReadUnit(escaped);
        if (!char.IsHighSurrogate((char)unit) || escaped.Length < 12 || escaped[6] != Escape || escaped[7] != 'u')
            return unit;
        var next = ReadUnit(escaped[6..]);
        if (!char.IsLowSurrogate((char)next))
            return unit;
        length = 12;
        return char.ConvertToUtf32((char)unit, (char)next);
    }

    private static int ReadUnit(ReadOnlySpan<byte> escaped) =>
        ushort.Parse(escaped[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static bool IsSurrogate(int scalar) => scalar is >= 0xD800 and <= 0xDFFF;

    private static int Encode(int scalar, Span<byte> destination)
    {
        switch (scalar)
        {
            case < 0x80:
                destination[0] = (byte)scalar;
                return 1;
            case < 0x800:
                destination[0] = (byte)(0xC0 | scalar >> 6);
                destination[1] = (byte)(0x80 | scalar & 0x3F);
                return 2;
            case < 0x10000:
                destination[0] = (byte)(0xE0 | scalar >> 12);
                destination[1] = (byte)(0x80 | scalar >> 6 & 0x3F);
                destination[2] = (byte)(0x80 | scalar & 0x3F);
                return 3;
            default:
                destination[0] = (byte)(0xF0 | scalar >> 18);
                destination[1] = (byte)(0x80 | scalar >> 12 & 0x3F);
                destination[2] = (byte)(0x80 | scalar >> 6 & 0x3F);
                destination[3] = (byte)(0x80 | scalar & 0x3F);
                return 4;
        }
    }
}
