using System.Security.Cryptography;
using System.Text;

namespace Presets.Api;

/// <summary>The header <c>Idempotency-Key</c>. Source: the contract, "Creating a version", 8.</summary>
public static class IdempotencyHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>What the header asks for; null when it is not there.</summary>
    /// <param name="route">What the request does and to what: the same body on another route is another request.</param>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static Idempotency? Read(HttpContext context, string route, ReadOnlyMemory<byte> body)
    {
        var values = context.Request.Headers[Name];
        if (values.Count == 0)
            return null;
        if (values.Count > 1 || values[0] is not { Length: > 0 and <= MaxLength } key || key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new Refusal(RefusalCode.InvalidParameter, $"{Name} must be given once, as 1 to {MaxLength} printable ASCII characters.", Name);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(route));
        hash.AppendData("\n"u8);
        hash.AppendData(body.Span);
        return new Idempotency(key, hash.GetHashAndReset());
    }
}
