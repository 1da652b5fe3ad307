using System.Runtime.InteropServices;

namespace Presets.Grains;

/// <summary>The domain's texts as the arrays that cross.</summary>
internal static class MessageBytes
{
    /// <summary>The array behind <paramref name="memory"/> when it is all of it, as a rule; else a copy.</summary>
    public static byte[] Of(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment)
        && segment.Offset == 0
        && segment.Count == segment.Array!.Length
            ? segment.Array
            : memory.ToArray();
}
