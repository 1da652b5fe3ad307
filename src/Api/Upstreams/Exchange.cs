using Yarp.ReverseProxy.Forwarder;

namespace Presets.Api;

/// <summary>
/// One request to an upstream, and its answer: which headers pass, what is said in our words, and how it ended.
/// </summary>
internal sealed class Exchange(Upstream upstream, InferenceRoute route, bool isStream, TimeProvider clock)
    : HttpTransformer
{
    /// <summary>Where it goes.</summary>
    public Upstream Upstream => upstream;

    /// <summary>What OpenRouter is told in a header; null when it is not said.</summary>
    public string? CacheEnabled { get; init; }

    /// <summary>What OpenRouter is told in a header, in seconds; null when it is not said.</summary>
    public string? CacheTtlSeconds { get; init; }

    /// <summary>The answer; null while there is none that passes.</summary>
    public AnswerContent? Answer { get; private set; }

    /// <summary>Whether the upstream refused the key of this service.</summary>
    public bool IsUnauthorized { get; private set; }

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
    {
        request.RequestUri = upstream.UriOf(route.Path, context.Request.QueryString);
        UpstreamHeaders.CopyUp(context.Request.Headers, request, isStream);
        request.Content!.Headers.ContentLength = context.Request.Body.Length;
        upstream.Authorize(request.Headers);
        SetCacheHeader(request, "X-OpenRouter-Cache", CacheEnabled);
        SetCacheHeader(request, "X-OpenRouter-Cache-TTL", CacheTtlSeconds);
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask<bool> TransformResponseAsync(
        HttpContext context, HttpResponseMessage? response, CancellationToken cancellationToken)
    {
        if (response is null)
            return new(false);
        if (context.Response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            IsUnauthorized = true;
            return new(false);
        }

        var answer = (AnswerContent)response.Content;
        UpstreamHeaders.CopyDown(response.Headers, answer.Inner.Headers, context.Response);
        if (IsEventStream(context.Response))
            answer.Events = new EventStreamEnd(route.Body, clock);
        Answer = answer;
        return new(true);
    }

    /// <summary>None pass: a header that is kept from clients could come as one.</summary>
    public override ValueTask TransformResponseTrailersAsync(
        HttpContext context, HttpResponseMessage response, CancellationToken cancellationToken) => default;

    // What the request itself says in the header wins, as every field of a request does.
    private static void SetCacheHeader(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null && !request.Headers.NonValidated.Contains(name))
            request.Headers.TryAddWithoutValidation(name, value);
    }

    private static bool IsEventStream(HttpResponse response) =>
        response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true
        && response.Headers.ContentEncoding is [] or ["identity"];
}
