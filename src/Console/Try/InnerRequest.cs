using Microsoft.AspNetCore.Http.Features;

namespace Presets.Console;

/// <summary>
/// An inference request that a page makes for its visitor. It is handled as one of the API's own, on the connection of
/// the page's request but without that request's headers: an upstream does not need what a browser tells the console.
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
