using System.Security.Cryptography;
using System.Text;

namespace Presets.Api;

/// <summary>Says of a route that it takes <c>Idempotency-Key</c>.</summary>
/// <param name="Name">
/// What stands for the route in the request's fingerprint: the same body on another route is another request. Names in
/// braces stand for the values of the path.
/// </param>
/// <param name="OutcomeOf">What else of a request changes its outcome; empty for nothing.</param>
internal record IdempotentRoute(string Name, Func<HttpRequest, string>? OutcomeOf = null)
{
    /// <summary>What a request does and to what, but for its body.</summary>
    public string Of(HttpRequest request)
    {
        var text = Name;
        foreach (var (name, value) in request.RouteValues)
            text = text.Replace($"{{{name}}}", (string?)value, StringComparison.Ordinal);
        return text + OutcomeOf?.Invoke(request);
    }
}

/// <summary>The header <c>Idempotency-Key</c>. Source: the contract, "Creating a version", 8.</summary>
internal static class IdempotencyHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "Idempotency-Key";

    /// <summary>The header of an answer that tells what an earlier request with the same key made.</summary>
    public const string Replayed = "Idempotent-Replayed";

    private const int MaxLength = 255;

    /// <summary>
    /// What the header asks for; null when it is not there, or the route is no <see cref="IdempotentRoute"/>.
    /// </summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static Idempotency? Read(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var values = context.Request.Headers[Name];
        if (values.Count == 0 || context.GetEndpoint()!.Metadata.GetMetadata<IdempotentRoute>() is not { } route)
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
        hash.AppendData(Encoding.UTF8.GetBytes(route.Of(context.Request)));
        hash.AppendData("\n"u8);
        hash.AppendData(body.Span);
        return new Idempotency(key, hash.GetHashAndReset());
    }
}
