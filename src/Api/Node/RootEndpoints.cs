using Microsoft.Net.Http.Headers;

namespace Presets.Api;

/// <summary>What a node says of itself at its root.</summary>
internal sealed record RootResponse(string Name, string Version, RootLinks Links);

/// <summary>Where to go on from the root.</summary>
/// <param name="Docs">The OpenAPI document as pages; null without a console.</param>
/// <param name="Console">The web console; null when it is not here.</param>
internal sealed record RootLinks(string Api, string Openapi, string Health, string? Docs, string? Console);

/// <summary>The root: for a browser the web console, for others what there is.</summary>
internal static class RootEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapRoot(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", Get).ExcludeFromDescription();

    // Where the API is apart from the console, it does not lead there.
    private static IResult Get(HttpContext context, ConsoleOptions options, Listeners listeners)
    {
        context.Response.Headers.Vary = HeaderNames.Accept;
        var console = options.Enabled && (!listeners.AreApart || listeners.IsOfConsole(context)) ? options.Path : null;
        if (console is not null && IsBrowser(context.Request))
            return TypedResults.LocalRedirect("~" + console);
        var links = new RootLinks(
            "/api/v1",
            PresetsApi.OpenApiPath,
            "/health",
            console is null ? null : ConsoleOptions.DocsPath,
            console);
        return TypedResults.Json(
            new RootResponse("Presets", Release.Version, links), ApiJson.Instance.RootResponse, "application/json");
    }

    // Clients of the API take anything; browsers name pages.
    private static bool IsBrowser(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType == "text/html" && type.Quality is not 0);
}
