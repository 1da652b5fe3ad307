using System.Security.Cryptography;
using System.Text;

namespace Presets.Api;

/// <summary>Says of a route that it takes <c>Idempotency-Key</c>.</summary>
/// <param name="Name">What stands for the route in the request's fingerprint.</param>
internal sealed record IdempotentRoute(string Name);

/// <summary>The header <c>Idempotency-Key</c>. Source: the contract, "Creating a version", 8.</summary>
internal static class IdempotencyHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "Idempotency-Key";

    /// <summary>The header of an answer that tells what an earlier request with the same key made.</summary>
    public const string Replayed = "Idempotent-Replayed";

    private const int MaxLength = 255;

    /// <summary>Makes a route take the header.</summary>
    /// <param name="route">What the request does: the same body on another route is another request.</param>
    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder builder, string route) =>
        builder.WithMetadata(new IdempotentRoute(route));

    /// <summary>What the header asks for; null when it is not there.</summary>
    /// <param name="route">
    /// What the request does and to what: the same body on another route is another request.
    /// </param>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static Idempotency? Read(HttpContext context, string route, ReadOnlyMemory<byte> body)
    {
        var values = context.Request.Headers[Name];
        if (values.Count == 0)
            return null;
        if (values.Count > 1
            || values[0] is not { Length: > 0 and <= MaxLength } key
            || key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new Refusal(
                RefusalCode.InvalidParameter,
                $"{Name} must be given once, as 1 to {MaxLength} printable ASCII characters.",
                Name);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(route));
        hash.AppendData("\n"u8);
        hash.AppendData(body.Span);
        return new Idempotency(key, hash.GetHashAndReset());
    }
}
