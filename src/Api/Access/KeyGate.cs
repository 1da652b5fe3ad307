using Microsoft.Extensions.Primitives;

namespace Presets.Api;

/// <summary>Which keys a route takes.</summary>
public enum KeyKind
{
    /// <summary>Works with the presets of its workspace, within its scopes.</summary>
    Ordinary,

    /// <summary>Administers keys, workspaces and what becomes of presets. Scopes do not limit it.</summary>
    Management,

    /// <summary>Either.</summary>
    Any,
}

/// <summary>Says of a route, or of all routes of a group, which keys it takes.</summary>
/// <param name="AnyOf">
/// Sets of scopes. An ordinary key needs all scopes of one of them; none when it needs no scope.
/// </param>
internal sealed record RequiredKey(KeyKind Kind, KeyScopes[] AnyOf)
{
    /// <summary>Why a key may not use the route; null when it may.</summary>
    /// <param name="key">The key as it is stored; null when there is none.</param>
    public Refusal? FaultOf(ApiKey? key, DateTimeOffset now) => KeyFault(key, now) ?? FaultOf(key!);

    /// <summary>Why a key that lets somebody in may not use the route; null when it may.</summary>
    public Refusal? FaultOf(ApiKey key) => (Kind, key.IsManagement) switch
    {
        (KeyKind.Management, false) => NoManagement(),
        (KeyKind.Ordinary, true) => new(
            RefusalCode.Forbidden,
            "A management key creates no versions and makes no inference; that needs an ordinary key."),
        _ => key.Lacks(AnyOf),
    };

    /// <summary>Why an ordinary key may not do what is a management key's.</summary>
    public static Refusal NoManagement() =>
        new(RefusalCode.Forbidden, "Only management keys can perform this operation");

    /// <summary>Why a key lets nobody in; null when it does.</summary>
    /// <param name="key">The key as it is stored; null when there is none.</param>
    public static Refusal? KeyFault(ApiKey? key, DateTimeOffset now) =>
        key is null ? new(RefusalCode.Unauthorized, "There is no such key.")
        : key.Disabled ? new(RefusalCode.Unauthorized, "The key is disabled.")
        : key.ExpiresAt is { } end && end <= now ? new(RefusalCode.Unauthorized, "The key has expired.")
        : null;
}

/// <summary>
/// Lets a request through when its key may use the route it is for, and keeps the key for the handler
/// (<see cref="Caller"/>). It runs before the body is read. Routes without <see cref="RequiredKey"/> need no key.
/// </summary>
internal sealed class KeyGate(RequestDelegate next, KeyCache keys, TimeProvider clock)
{
    /// <summary>The header that Anthropic's clients send their key in.</summary>
    public const string ApiKeyHeader = "x-api-key";

    private const string Scheme = "Bearer ";

    /// <summary>Answers a request. A known key costs it no allocation.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredKey>() is not { } required)
            return next(context);
        var headers = context.Request.Headers;
        var (authorization, apiKey) = (headers.Authorization, headers[ApiKeyHeader]);
        if (StringValues.IsNullOrEmpty(authorization) && StringValues.IsNullOrEmpty(apiKey))
            return Refuse(context, RefusalCode.Unauthorized, "Missing Authentication header");
        if (!TryRead(authorization, apiKey, out var secret))
        {
            return Refuse(
                context,
                RefusalCode.Unauthorized,
                $"The key, {KeySecret.Prefix} and 64 hexadecimal digits, must be sent as \"Authorization: Bearer KEY\" "
                + $"or \"{ApiKeyHeader}: KEY\", and when it is sent as both, they must agree.");
        }

        var hash = KeySecret.Hash(secret);
        return keys.TryFind(hash, out var key)
            ? Admit(context, key, required)
            : FindAndAdmitAsync(context, hash, required);
    }

    private static bool TryRead(StringValues authorization, StringValues apiKey, out ReadOnlySpan<char> secret)
    {
        secret = default;
        if (authorization.Count > 1 || apiKey.Count > 1)
            return false;
        var other = apiKey.ToString();
        if (authorization.ToString() is { Length: > 0 } text)
        {
            if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
                return false;
            secret = text.AsSpan(Scheme.Length).TrimStart(' ');
            if (other.Length > 0 && !secret.SequenceEqual(other))
                return false;
        }
        else
        {
            secret = other;
        }

        return KeySecret.IsWellFormed(secret);
    }

    private async Task FindAndAdmitAsync(HttpContext context, KeyHash hash, RequiredKey required) =>
        await Admit(context, await keys.FindAsync(hash), required);

    private Task Admit(HttpContext context, ApiKey? key, RequiredKey required)
    {
        if (required.FaultOf(key, clock.GetUtcNow()) is { } fault)
            return ErrorAnswer.Write(context, fault);

        // The server keeps the list of such features for the connection's next request.
        context.Features.Set(key);
        return next(context);
    }

    private static Task Refuse(HttpContext context, RefusalCode code, string message) =>
        ErrorAnswer.Write(context, new Refusal(code, message));
}
