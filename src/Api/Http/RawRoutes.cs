namespace Presets.Api;

/// <summary>Answers a request as bytes.</summary>
/// <param name="caller">The key it came with.</param>
internal delegate Task RawHandler(HttpContext context, ApiKey caller);

/// <summary>
/// Routes whose speed is measured, and whose answers exist as bytes already: plain request delegates, nothing is bound
/// and nothing is serialised. The OpenAPI document is told what other routes say by their types.
/// </summary>
internal static class RawRoutes
{
    /// <summary>Maps a route that requires a key.</summary>
    /// <param name="contentType">The type of its answer.</param>
    /// <typeparam name="T">The record that its answer looks like.</typeparam>
    public static IEndpointConventionBuilder MapRaw<T>(
        this IEndpointRouteBuilder routes, HttpMethod method, string pattern, RawHandler handler,
        string contentType = "application/json") =>
        routes
            .MapMethods(pattern, [method.Method], (RequestDelegate)(context => handler(context, Caller.KeyOf(context))))
            // What makes the document notice a request delegate.
            .WithMetadata(handler.Method, new ProducesResponseTypeMetadata(200, typeof(T), [contentType]));
}
