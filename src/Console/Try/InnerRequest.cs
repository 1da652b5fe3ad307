using Microsoft.AspNetCore.Http.Features;

namespace Presets.Console;

/// <summary>
/// An inference request that a page makes for who is signed in. It goes the way of the API's own, with the connection
/// of the page's request, but without its headers: what a browser says of the console is no business of an upstream.
/// </summary>
internal static class InnerRequest
{
    /// <summary>A request whose answer is that of the page's request.</summary>
    /// <param name="page">The page's request.</param>
    public static HttpContext Of(HttpContext page, BodyKind kind, byte[] json)
    {
        var request = new HttpRequestFeature
        {
            Method = HttpMethods.Post,
            Protocol = page.Request.Protocol,
            Body = new MemoryStream(json),
        };
        request.Headers.ContentType = "application/json";
        request.Headers.ContentLength = json.Length;
        request.Headers.UserAgent = page.Request.Headers.UserAgent;
        // As Anthropic's own clients do.
        if (kind == BodyKind.Messages)
            request.Headers[ModelEndpoints.AnthropicVersion] = UpstreamKind.AnthropicApi;
        var features = new FeatureCollection(page.Features);
        features.Set<IHttpRequestFeature>(request);
        var context = new DefaultHttpContext(features);
        features.Set<IRequestBodyPipeFeature>(new RequestBodyPipeFeature(context));
        return context;
    }
}
