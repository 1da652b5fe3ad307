using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Presets.Console;

/// <summary>
/// The OpenAPI document of the node, as pages to read and to send requests from. All files come from the node, and the
/// key that is typed in stays in the page.
/// </summary>
internal static class DocsRoutes
{
    // Scalar's own colours are too faint on their grounds for small text.
    private const string Css = """
        .light-mode {
          --scalar-color-3: #595f6b; --scalar-color-green: #00663c; --scalar-color-red: #b00020;
          --scalar-color-yellow: #6f5100; --scalar-color-orange: #8a4100; --scalar-color-blue: #00609c;
        }
        .dark-mode { --scalar-color-3: #b3b3b3; --scalar-color-red: #ff9a9a; }
        """;

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
        // The policy lets no request reach an API that listens elsewhere.
        options.HideTestRequestButton = context.RequestServices.GetRequiredService<Listeners>().AreApart;
        // Neither a proxy nor keeping keys is asked for, which is the default.
        options
            .WithNonce(nonce)
            .WithTitle("API · Presets")
            .WithCustomCss(Css)
            .AddHeadContent($"<script nonce=\"{nonce}\">document.documentElement.lang = 'en';</script>")
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
