using System.Runtime.CompilerServices;

namespace Presets;

/// <summary>The four characters that may stand between tokens (RFC 8259, section 2).</summary>
internal static class WhiteSpace
{
    internal static bool Is(byte b) => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    /// <summary>
    /// Moves to the first byte that is no white space, and gives it; false at the end. Most bodies have no white
    /// space between tokens.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TrySkip(ReadOnlySpan<byte> body, ref int at, out byte first)
    {
        first = 0;
        for (; (uint)at < (uint)body.Length; at++)
        {
            first = body[at];
            if (first > ' ' || !Is(first))
                return true;
        }
        return false;
    }
}
