using System.Security.Cryptography;
using System.Text;

namespace Presets;

/// <summary>
/// The text of an API key: <c>sk-preset-v1-</c> and 256 random bits as 64 lower-case hexadecimal digits. It is shown
/// once and stored nowhere.
/// </summary>
public static class KeySecret
{
    /// <summary>What every key starts with.</summary>
    public const string Prefix = "sk-preset-v1-";

    /// <summary>Characters of a key.</summary>
    public const int Length = 13 + 64;

    /// <summary>A new key.</summary>
    public static string Generate()
    {
        Span<byte> bits = stackalloc byte[32];
        RandomNumberGenerator.Fill(bits);
        return Prefix + Convert.ToHexStringLower(bits);
    }

    /// <summary>Whether <paramref name="secret"/> has the form of a key.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> secret) =>
        secret.Length == Length
        && secret.StartsWith(Prefix)
        && !secret[Prefix.Length..].ContainsAnyExcept("0123456789abcdef");

    /// <summary>SHA-256 of a well-formed key: what is stored of it, and what names it in the API.</summary>
    public static KeyHash Hash(ReadOnlySpan<char> secret)
    {
        Span<byte> ascii = stackalloc byte[Length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii[..Encoding.ASCII.GetBytes(secret, ascii)], hash);
        return new KeyHash(hash);
    }

    /// <summary>The key with its middle left out, <c>sk-preset-v1-0e6...1c96</c>.</summary>
    public static string Label(string secret) =>
        string.Concat(secret.AsSpan(0, Prefix.Length + 3), "...", secret.AsSpan(Length - 4));
}
