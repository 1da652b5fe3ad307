using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace Presets.Api;

/// <summary>Which headers pass to an upstream, and which come back. Source: the contract, "Routes".</summary>
internal static class UpstreamHeaders
{
    private static readonly string[] HopByHop =
    [
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization",
        "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
    ];

    private static readonly FrozenSet<string> KeptFromUpstreams = Names(
        "Authorization", KeyGate.ApiKeyHeader, "api-key", "Cookie", "Host",
        // The body goes up whole, as it was before its compression, and with a length of its own.
        "Content-Length", "Content-Encoding", "Expect",
        // What proxies in front of this service tell it.
        "Forwarded", "X-Real-IP",
        // This service's own.
        WriteOptions.MessageHeader);

    private static readonly FrozenSet<string> KeptFromClients = Names(
        "Set-Cookie", "Set-Cookie2", "Strict-Transport-Security", "Content-Security-Policy", "Alt-Svc", "Location",
        "Clear-Site-Data", "Refresh");

    private static readonly string[] PrefixesKeptFromUpstreams = ["X-Forwarded-", "X-Original-", PresetHeaders.Preset];

    private static readonly string[] PrefixesKeptFromClients = ["Access-Control-", PresetHeaders.Preset];

    /// <summary>Copies a request's headers.</summary>
    /// <param name="isStream">
    /// Whether the answer is to be a stream of events, which is not to be compressed.
    /// </param>
    public static void CopyUp(IHeaderDictionary from, HttpRequestMessage to, bool isStream)
    {
        var named = NamedBy(from.Connection);
        foreach (var (name, values) in from)
        {
            if (name.StartsWith(':')
                || KeptFromUpstreams.Contains(name)
                || StartsWithAny(name, PrefixesKeptFromUpstreams)
                || (isStream && name.Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase))
                || named?.Contains(name) == true)
            {
                continue;
            }

            // A header of the content is not taken as one of the request.
            for (var i = 0; i < values.Count; i++)
            {
                if (IsSendable(values[i]!) && !to.Headers.TryAddWithoutValidation(name, values[i]))
                    to.Content!.Headers.TryAddWithoutValidation(name, values[i]);
            }
        }
    }

    /// <summary>Copies an answer's headers.</summary>
    /// <param name="from">The headers of the answer, and those of its content.</param>
    public static void CopyDown(HttpResponseHeaders from, HttpContentHeaders content, HttpResponse to)
    {
        var named = from.NonValidated.TryGetValues("Connection", out var connection)
            ? NamedBy(connection.ToString())
            : null;
        Copy(from.NonValidated, to.Headers, named);
        Copy(content.NonValidated, to.Headers, named);
        // Together with an encoding the length means nothing, and an answer that has no body has none either.
        if (from.NonValidated.Contains("Transfer-Encoding") || to.StatusCode is < 200 or 204 or 205)
            to.ContentLength = null;
    }

    private static void Copy(HttpHeadersNonValidated from, IHeaderDictionary to, HashSet<string>? named)
    {
        foreach (var (name, values) in from)
        {
            if (KeptFromClients.Contains(name)
                || StartsWithAny(name, PrefixesKeptFromClients)
                || named?.Contains(name) == true)
            {
                continue;
            }

            to[name] = values.Count == 1 ? values.ToString() : values.ToArray();
        }
    }

    // The sender may name further headers that are meant for the next hop alone.
    private static HashSet<string>? NamedBy(StringValues connection)
    {
        if (connection.Count == 0
            || (connection.Count == 1
                && connection[0] is { } only
                && (only.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
                    || only.Equals("close", StringComparison.OrdinalIgnoreCase))))
        {
            return null;
        }

        return connection.SelectMany(value => value!.Split(',', StringSplitOptions.TrimEntries))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    private static bool StartsWithAny(string name, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static bool IsSendable(string value) => !value.AsSpan().ContainsAny('\r', '\n', '\0');

    private static FrozenSet<string> Names(params string[] names) =>
        HopByHop.Concat(names).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
