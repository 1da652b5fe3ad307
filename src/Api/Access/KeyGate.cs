
namespace Presets.Api;

/// <summary>Which keys a route takes.</summary>
public enum KeyKind
{
    /// <summary>Reads and writes presets.</summary>
    Ordinary,

    /// <summary>Administers keys and workspaces, and nothing else.</summary>
    Management,

    /// <summary>Either.</summary>
    Any,
}

/// <summary>Answers a request that was let in.</summary>
/// <param name="caller">The key it came with.</param>
public delegate Task KeyedRequestDelegate(HttpContext context, ApiKey caller);

/// <summary>Lets a request through to its handler when its key may do what the route does. It runs before the body is read.</summary>
public sealed class KeyGate(KeyCache keys, TimeProvider clock)
{
    private const string Scheme = "Bearer ";

    /// <summary>The handler behind the gate.</summary>
    public RequestDelegate Require(KeyKind kind, KeyedRequestDelegate handler) => context =>
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } text || text.Length == 0)
            return Refuse(context, RefusalCode.Unauthorized, "Missing Authentication header");
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !KeySecret.IsWellFormed(text.AsSpan(Scheme.Length)))
            return Refuse(context, RefusalCode.Unauthorized, $"The Authorization header must be \"Bearer {KeySecret.Prefix}...\" with 64 hexadecimal digits.");
        var hash = KeySecret.Hash(text.AsSpan(Scheme.Length));
        return keys.TryFind(hash, out var key) ? Admit(context, key, kind, handler) : AskAsync(context, hash, kind, handler);
    };

    private async Task AskAsync(HttpContext context, KeyHash hash, KeyKind kind, KeyedRequestDelegate handler) =>
        await Admit(context, await keys.FindAsync(hash), kind, handler);

    private Task Admit(HttpContext context, ApiKey? key, KeyKind kind, KeyedRequestDelegate handler)
    {
        if (key is null)
            return Refuse(context, RefusalCode.Unauthorized, "There is no such key.");
        if (key.Disabled)
            return Refuse(context, RefusalCode.Unauthorized, "The key is disabled.");
        if (key.ExpiresAt is { } end && end <= clock.GetUtcNow())
            return Refuse(context, RefusalCode.Unauthorized, "The key has expired.");
        if (kind == KeyKind.Management && !key.IsManagement)
            return Refuse(context, RefusalCode.Forbidden, "Only management keys can perform this operation");
        if (kind == KeyKind.Ordinary && key.IsManagement)
            return Refuse(context, RefusalCode.Forbidden, "A management key administers keys and workspaces; presets need an ordinary key.");
        return handler(context, key);
    }

    private static Task Refuse(HttpContext context, RefusalCode code, string message) => ErrorAnswer.Write(context, new Refusal(code, message));
}
