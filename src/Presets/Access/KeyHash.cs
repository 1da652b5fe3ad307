using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Presets;

/// <summary>A SHA-256 as a value, so that looking a key up allocates nothing.</summary>
public readonly struct KeyHash : IEquatable<KeyHash>
{
    private readonly Int128 high;
    private readonly Int128 low;

    /// <param name="hash">The 32 bytes of the hash.</param>
    public KeyHash(ReadOnlySpan<byte> hash)
    {
        high = BinaryPrimitives.ReadInt128BigEndian(hash);
        low = BinaryPrimitives.ReadInt128BigEndian(hash[16..]);
    }

    /// <summary>The hash that <paramref name="hex"/> spells in 64 lower-case digits; false when it does not.</summary>
    public static bool TryParse(string hex, out KeyHash hash)
    {
        hash = default;
        if (hex.Length != 64 || hex.AsSpan().ContainsAnyExcept("0123456789abcdef"))
            return false;
        hash = Parse(hex);
        return true;
    }

    /// <summary>The hash that <paramref name="hex"/> spells in 64 digits.</summary>
    public static KeyHash Parse(string hex) => new(Convert.FromHexString(hex));

    /// <summary>Compares in a time that tells nothing about where two hashes differ.</summary>
    public bool Equals(KeyHash other)
    {
        Span<byte> mine = stackalloc byte[32];
        Span<byte> its = stackalloc byte[32];
        CopyTo(mine);
        other.CopyTo(its);
        return CryptographicOperations.FixedTimeEquals(mine, its);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KeyHash other && Equals(other);

    /// <summary>The bits of a hash are spread already.</summary>
    public override int GetHashCode() => (int)low;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[32];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The 32 bytes of the hash.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[32];
        CopyTo(bytes);
        return bytes;
    }

    private void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt128BigEndian(bytes, high);
        BinaryPrimitives.WriteInt128BigEndian(bytes[16..], low);
    }
}
