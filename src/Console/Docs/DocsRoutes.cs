using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Presets.Console;

/// <summary>
/// The OpenAPI document of the node, as pages to read and to send requests from. All files come from the node, and the
/// key that is typed in stays in the page.
/// </summary>
internal static class DocsRoutes
{
    /// <summary>Maps the routes.</summary>
    public static void MapDocs(this IEndpointRouteBuilder routes) =>
        routes.MapScalarApiReference(ConsoleOptions.DocsPath, Configure).ExcludeFromDescription();

    private static void Configure(ScalarOptions options, HttpContext context)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Scalar makes its styles in the browser, without a nonce. Requests go to this service alone.
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
            + "frame-ancestors 'none'";
        // Neither a proxy nor keeping keys is asked for, which is the default.
        options
            .WithNonce(nonce)
            .WithTitle("API · Presets")
            .AddPreferredSecuritySchemes([OperationDocs.Schemes[0]])
            .AddDocument("v1", routePattern: PresetsApi.OpenApiPath)
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideClientButton()
            .HideDeveloperTools();
    }
}
