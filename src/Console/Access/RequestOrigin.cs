namespace Presets.Console;

/// <summary>Where a form was sent from. Browsers say so with every POST.</summary>
internal static class RequestOrigin
{
    /// <summary>
    /// Makes sure that no page of another site sent the form. A proxy may have taken TLS off, so the scheme is not
    /// compared.
    /// </summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.Forbidden"/>.</exception>
    public static void Check(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        if (site is not ("" or "same-origin") || (origin.Length > 0 && !IsOwn(origin, request.Host)))
            throw new Refusal(RefusalCode.Forbidden, "The form was sent by a page of another site.");
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url)
        && Uri.TryCreate($"{url.Scheme}://{host}", UriKind.Absolute, out var own)
        && url.Authority.Equals(own.Authority, StringComparison.OrdinalIgnoreCase);
}
