using Microsoft.Net.Http.Headers;

namespace Presets.Api;

/// <summary>What a node says of itself at its root.</summary>
internal sealed record RootResponse(string Name, string Version, RootLinks Links);

/// <summary>Where to go on from the root.</summary>
/// <param name="Docs">The OpenAPI document as pages; null when there is no console.</param>
/// <param name="Console">The web console; null when there is none.</param>
internal sealed record RootLinks(string Api, string Openapi, string Health, string? Docs, string? Console);

/// <summary>The root: for a browser the web console, for others what there is.</summary>
internal static class RootEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapRoot(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", Get).ExcludeFromDescription();

    private static IResult Get(HttpContext context, ConsoleOptions console)
    {
        context.Response.Headers.Vary = HeaderNames.Accept;
        if (console.MappedPath is { } path && IsBrowser(context.Request))
            return TypedResults.LocalRedirect("~" + path);
        var links = new RootLinks(
            "/api/v1",
            PresetsApi.OpenApiPath,
            "/health",
            console.Enabled ? ConsoleOptions.DocsPath : null,
            console.MappedPath);
        return TypedResults.Json(
            new RootResponse("Presets", Release.Version, links), ApiJson.Instance.RootResponse, "application/json");
    }

    // Clients of the API take anything; browsers name pages.
    private static bool IsBrowser(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType == "text/html" && type.Quality is not 0);
}
