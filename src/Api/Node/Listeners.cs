using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Presets.Api;

/// <summary>Where the node listens for the API and for the console: at the same addresses, or apart.</summary>
internal sealed class Listeners(ConsoleOptions console, IServer server)
{
    private readonly Lazy<HashSet<int>> consolePorts = new(() => [.. ConsolePorts(console, server)]);

    /// <summary>Whether the console listens apart.</summary>
    public bool AreApart => console.OwnUrls.Count > 0;

    /// <summary>Where the API listens, once the server has started.</summary>
    public IReadOnlyList<string> OfApi => [.. AddressesOf(server).SkipLast(console.OwnUrls.Count)];

    /// <summary>Where the console listens, once the server has started.</summary>
    public IReadOnlyList<string> OfConsole =>
        AreApart ? [.. AddressesOf(server).TakeLast(console.OwnUrls.Count)] : OfApi;

    /// <summary>Makes the server listen where the settings say, those of the console last.</summary>
    public static void Configure(WebApplicationBuilder builder, ConsoleOptions console)
    {
        var given = GivenUrls(builder.Configuration);
        if (console.OwnUrls.Count > 0 || (given.Length == 0 && !HasEndpoints(builder.Configuration)))
            builder.WebHost.UseUrls([.. OrDefault(given), .. console.OwnUrls]);
    }

    /// <summary>Reports addresses of the console that cannot be used beside those of the API.</summary>
    public static void Check(SettingsReader reader, IConfiguration configuration, ConsoleOptions console)
    {
        if (console.OwnUrls.Count == 0)
            return;
        if (HasEndpoints(configuration))
            Fault("cannot be used together with Kestrel:Endpoints; use urls for the API");
        var own = console.OwnUrls.Select(BindingAddress.Parse).ToList();
        if (own.FirstOrDefault(url => url.IsUnixPipe || url.IsNamedPipe || url.PathBase.Length > 0) is { } other)
            Fault($"must be hosts and ports such as http://127.0.0.1:8081, not \"{other}\"");
        var taken = OrDefault(GivenUrls(configuration)).Select(PortOf);
        if (own.Select(url => url.Port).Intersect(taken).FirstOrDefault() is > 0 and var port)
            Fault($"must not have the port {port} of the API");

        void Fault(string what) => reader.Fault(ConsoleOptions.Section, nameof(ConsoleOptions.Urls), what);
    }

    /// <summary>
    /// Lets the console be found only where it listens, and the API only where that does. The root and the OpenAPI
    /// document are at both.
    /// </summary>
    public Task SeparateAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        var isOfConsole = path.StartsWithSegments(console.Path) || path.StartsWithSegments(ConsoleOptions.DocsPath);
        if (path == "/" || path == PresetsApi.OpenApiPath || isOfConsole == IsOfConsole(context))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Whether a request came to the console, and not to the API.</summary>
    public bool IsOfConsole(HttpContext context) => consolePorts.Value.Contains(context.Connection.LocalPort);

    /// <summary>Where clients reach the API, for somebody whose browser has opened the console.</summary>
    public string ApiUrlOf(HttpRequest request)
    {
        if (console.ApiUrl is { } url)
            return url.TrimEnd('/');
        if (!AreApart)
            return $"{request.Scheme}://{request.Host}";
        var address = BindingAddress.Parse(OfApi[0]);
        return $"{address.Scheme}://{request.Host.Host}:{address.Port}";
    }

    // The server takes requests for the API while it has yet to bind the addresses of the console, so what it has bound
    // is asked only for a port that it chooses itself.
    private static IEnumerable<int> ConsolePorts(ConsoleOptions console, IServer server)
    {
        var given = console.OwnUrls.Select(PortOf).ToList();
        return given.Contains(0) ? AddressesOf(server).TakeLast(given.Count).Select(PortOf) : given;
    }

    // As the host reads them: addresses, or ports of every interface.
    private static string[] GivenUrls(IConfiguration configuration)
    {
        var urls = UrlsAttribute.Split(configuration["urls"]);
        return urls.Length > 0
            ? urls
            :
            [
                .. UrlsAttribute.Split(configuration["http_ports"]).Select(port => $"http://*:{port}"),
                .. UrlsAttribute.Split(configuration["https_ports"]).Select(port => $"https://*:{port}"),
            ];
    }

    private static string[] OrDefault(string[] given) => given.Length > 0 ? given : [PresetsApi.DefaultUrl];

    private static bool HasEndpoints(IConfiguration configuration) =>
        configuration.GetSection("Kestrel:Endpoints").Exists();

    // The server keeps the order in which it was given them.
    private static IEnumerable<string> AddressesOf(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    private static int PortOf(string url) => BindingAddress.Parse(url).Port;
}
