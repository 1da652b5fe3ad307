using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Presets;

/// <summary>Two hashes of a name: a quick one for a few names, and one that no client can defeat for many.</summary>
internal static class NameHash
{
    // Drawn for each process: names that collide under one value do not under another.
    private static readonly ulong Secret =
        BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) >> 4;

    /// <summary>
    /// Eight bytes that tell most names apart, and all names of fewer than eight bytes. The bytes after the name may be
    /// anything.
    /// </summary>
    internal static ulong Signature(ReadOnlySpan<byte> text, int offset, int length)
    {
        if (length >= 8)
        {
            var first = BinaryPrimitives.ReadUInt64LittleEndian(text[offset..]);
            var last = BinaryPrimitives.ReadUInt64LittleEndian(text[(offset + length - 8)..]);
            return (first + last * 31) ^ (ulong)length << 56;
        }
        if (offset + 8 <= text.Length)
            return BinaryPrimitives.ReadUInt64LittleEndian(text[offset..]) & ((1UL << (length * 8)) - 1);
        var signature = 0UL;
        for (var i = length - 1; i >= 0; i--)
            signature = signature << 8 | text[offset + i];
        return signature;
    }

    /// <summary>
    /// A polynomial in the secret, modulo 2^61 - 1, over pieces of seven bytes: any two names collide under at most
    /// length / 7 of the 2^60 secrets. A hash that only mixes well has collisions that an attacker can compute.
    /// </summary>
    internal static ulong Keyed(ReadOnlySpan<byte> name)
    {
        const ulong Prime = (1UL << 61) - 1;
        var hash = (ulong)name.Length + 1;
        while (name.Length > 0)
        {
            var length = Math.Min(7, name.Length);
            var piece = Signature(name, 0, length);
            name = name[length..];
            var high = Math.BigMul(hash + piece, Secret, out var low);
            // high * 2^64 + low, where 2^61 is 1.
            hash = (low & Prime) + (low >> 61 | high << 3);
            hash = (hash & Prime) + (hash >> 61);
            hash = hash >= Prime ? hash - Prime : hash;
        }
        return hash;
    }
}
