using System.Security.Cryptography;

namespace Presets;

/// <summary>Ids that follow from what they are made of: the same bytes have the same id.</summary>
public static class HashedId
{
    /// <summary>
    /// A UUID of version 8, which leaves the making to the application. Source: RFC 9562, section 5.8.
    /// </summary>
    public static Guid Of(ReadOnlySpan<byte> source)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(source, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
