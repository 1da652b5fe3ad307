using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.WebUtilities;

namespace Presets.Console;

/// <summary>The cookie of a session, and who is signed in by it.</summary>
internal static class Sessions
{
    /// <summary>The name of the cookie on a connection without TLS.</summary>
    public const string Cookie = "presets-console";

    /// <summary>
    /// Its name on one with TLS: browsers take a cookie of that name from this very host alone, and over TLS alone.
    /// </summary>
    public const string SecureCookie = "__Host-presets-console";

    /// <summary>Who is signed in; null for nobody.</summary>
    /// <exception cref="Refusal">The workspace that the query names is not there.</exception>
    public static async Task<Visit?> FindAsync(PageAnswer answer)
    {
        var context = answer.Context;
        if (!TryReadSecret(context.Request, out var secret))
            return null;
        var access = context.RequestServices.GetRequiredService<ConsoleAccess>();
        var key = await access.FindAsync(secret, context.RequestAborted);
        return key is null ? null : await OpenAsync(answer, access, secret, key);
    }

    /// <summary>Begins a session: the browser keeps it in place of one that it has.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.Unauthorized"/>: nobody can sign in with the text.</exception>
    public static async Task<Visit> BeginAsync(PageAnswer answer, string text)
    {
        var context = answer.Context;
        var access = context.RequestServices.GetRequiredService<ConsoleAccess>();
        var (secret, key) = await access.OpenAsync(text, context.RequestAborted);
        if (TryReadSecret(context.Request, out var former))
            await access.EndAsync(former, context.RequestAborted);
        context.Response.Cookies.Append(
            NameOf(context.Request), WebEncoders.Base64UrlEncode(secret), Rules(context.Request));
        return await OpenAsync(answer, access, secret, key);
    }

    /// <summary>Ends the session of a request.</summary>
    public static async Task EndAsync(HttpContext context)
    {
        if (TryReadSecret(context.Request, out var secret))
            await context.RequestServices.GetRequiredService<ConsoleAccess>()
                .EndAsync(secret, context.RequestAborted);
        context.Response.Cookies.Delete(NameOf(context.Request), Rules(context.Request));
    }

    private static async Task<Visit> OpenAsync(PageAnswer answer, ConsoleAccess access, byte[] secret, ApiKey key)
    {
        var context = answer.Context;
        var id = context.RequestServices.GetRequiredService<PresetWorkspace>().Of(context, key);
        var workspace = await access.FindWorkspaceAsync(id, context.RequestAborted)
            ?? throw new Refusal(RefusalCode.NotFound, "There is no such workspace.");
        return answer.Visit = new Visit(context, answer.Frame, secret, key, workspace);
    }

    private static bool TryReadSecret(HttpRequest request, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = null;
        if (request.Cookies[NameOf(request)] is not { Length: 43 } text)
            return false;
        try
        {
            secret = WebEncoders.Base64UrlDecode(text);
        }
        catch (FormatException)
        {
            return false;
        }

        return secret.Length == ConsoleAccess.SecretLength;
    }

    private static string NameOf(HttpRequest request) => request.IsHttps ? SecureCookie : Cookie;

    private static CookieOptions Rules(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = request.IsHttps,
        Path = "/",
        MaxAge = ConsoleSession.Lifetime,
    };
}
