using System.Text;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Primitives;
using Presets.Storage;
using XForwarded = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders;

namespace Presets.Api;

/// <summary>
/// The HTTP API. Who holds the presets' writers is the program's to say: it registers <see cref="IPresets"/>, and the
/// <see cref="ClockEviction"/> of what is kept in memory.
/// </summary>
internal static class PresetsApi
{
    /// <summary>Where a node listens when it is told nothing else.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Where the OpenAPI document is.</summary>
    public const string OpenApiPath = "/openapi/v1.json";

    /// <summary>Registers all that the API needs but <see cref="IPresets"/>, and the server's own settings.</summary>
    public static void AddPresetsApi(
        this WebApplicationBuilder builder, PresetsOptions options, UpstreamSettings upstreams, ConsoleOptions console)
    {
        Listeners.Configure(builder, console);
        builder.AddServer(options);
        builder.AddLogs();
        builder.AddTelemetry();

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(console);
        services.AddSingleton<Listeners>();
        services.AddSingleton(TimeProvider.System);
        // By a factory, so that it is disposed, last, when the program ends.
        services.AddSingleton(provider =>
            StorageFactory.CreateDatabase(options.ConnectionString, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => StorageFactory.CreatePresetStore(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPresetStore>(provider => provider.GetRequiredService<PresetStore>());
        services.AddSingleton<KeyStore>();
        services.AddSingleton<WorkspaceStore>();
        services.AddSingleton<ExportStore>();
        services.AddSingleton<ImportStore>();
        services.AddSingleton<UsageStore>();
        services.AddSingleton<ConsoleSessionStore>();
        services.AddSingleton<ConsoleAccess>();
        services.AddSingleton<KeyChanges>();
        services.AddSingleton<WorkspaceChanges>();
        services.AddSingleton<KeyUses>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUses>());
        services.AddSingleton(provider => new KeyCache(
            provider.GetRequiredService<KeyUses>().FindAsync, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(upstreams);
        services.AddSingleton(provider => upstreams.Open(provider.GetRequiredService<TimeProvider>()));
        services.AddHttpForwarder();
        services.AddSingleton<UpstreamForwarder>();
        services.AddSingleton<PresetResolver>();
        services.AddSingleton<InferenceEndpoints>();
        services.AddRequestDecompression();
        services.AddSingleton<RequestBodies>();
        services.AddCors();
        services.AddSingleton<FirstStart>();
        services.AddSingleton<PresetWorkspace>();
        services.AddSingleton<PresetWrites>();
        services.AddSingleton<PresetCreates>();
        services.AddSingleton<ListedPresets>();
        services.AddSingleton<UpstreamModels>();
        services.AddHostedService<NodeStart>();
        services.AddHostedService<ListUpkeep>();
        services.AddSingleton<UsageMetrics>();
        services.AddSingleton<UsageCounts>();
        services.AddSingleton<UsageReads>();
        services.AddHostedService<UsageUpkeep>();
        // In the order in which a node that is not ready tells why.
        services.AddSingleton<DatabaseCheck>();
        services.AddHealthChecks().AddCheck<StoppingCheck>("stopping").AddCheck<DatabaseCheck>("database");
        services.AddPresetsDocument();
    }

    /// <summary>Maps every route, and what stands before them.</summary>
    public static void MapPresetsApi(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use(next => context => CloseWhenStopping(context, next, stopping));
        app.UseMiddleware<ErrorMiddleware>();
        var options = app.Services.GetRequiredService<PresetsOptions>();
        var forwarded = ForwardedHeaders(options);
        app.UseWhen(IsForwarded, branch => branch.UseForwardedHeaders(forwarded));
        var listeners = app.Services.GetRequiredService<Listeners>();
        if (listeners.AreApart)
            app.Use(listeners.SeparateAsync);
        app.UseRouting();
        // A preflight carries no key.
        if (options.CorsOrigins.Count > 0)
        {
            app.Use(DropUnanswerable);
            app.UseCors(cors => AllowOrigins(cors, options.CorsOrigins));
        }

        app.UseMiddleware<KeyGate>();

        var all = app.MapGroup("");
        ((IEndpointConventionBuilder)all).Finally(AnswerHead);
        var routes = all.MapGroup("/api/v1").RequireKey(KeyKind.Ordinary, KeyScopes.Write);
        ActivatorUtilities.CreateInstance<PresetEndpoints>(app.Services).Map(routes);
        routes.MapEdits();
        routes.MapVersions();
        routes.MapLabels();
        routes.MapHistory();
        routes.MapDiff();
        routes.MapUsage();
        ActivatorUtilities.CreateInstance<MovingEndpoints>(app.Services).Map(routes);
        app.Services.GetRequiredService<InferenceEndpoints>().Map(routes);
        ActivatorUtilities.CreateInstance<ResolveEndpoints>(app.Services).Map(routes);
        ActivatorUtilities.CreateInstance<ModelEndpoints>(app.Services).Map(routes);
        routes.MapKeys();
        routes.MapWorkspaces();
        // Clients of Anthropic ask for their base URL to see whether somebody is there.
        all.MapMethods("/api", [HttpMethods.Head], () => Results.Empty);
        all.MapHealth();
        all.MapOpenApi(OpenApiPath);
        all.MapRoot();
    }

    // A GET route answers HEAD too: the server leaves the body out.
    private static void AnswerHead(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<IHttpMethodMetadata>().Last().HttpMethods is ["GET"])
            endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
    }

    // The answer to a preflight repeats these, and an answer's header may hold printable ASCII only.
    private static RequestDelegate DropUnanswerable(RequestDelegate next) => context =>
    {
        var headers = context.Request.Headers;
        if (!IsPrintable(headers.AccessControlRequestMethod))
            headers.AccessControlRequestMethod = default;
        if (!IsPrintable(headers.AccessControlRequestHeaders))
            headers.AccessControlRequestHeaders = default;
        return next(context);

        static bool IsPrintable(StringValues values) =>
            !values.ToString().AsSpan().ContainsAnyExceptInRange(' ', '~');
    };

    private static void AllowOrigins(CorsPolicyBuilder cors, IReadOnlyList<string> origins) =>
        cors.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod().SetPreflightMaxAge(TimeSpan.FromHours(1))
            .WithExposedHeaders(
                "Allow", "ETag", IdempotencyHeader.Replayed, "Preference-Applied", "Retry-After", "WWW-Authenticate",
                "X-Created-Version", "X-Designated", "X-Ignored-Fields", PresetHeaders.Preset, PresetHeaders.Dropped,
                PresetHeaders.Unfilled);

    // A client that keeps its connection to a node that drains would send its next request just when the node closes
    // it, and could not know what became of it.
    private static Task CloseWhenStopping(HttpContext context, RequestDelegate next, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.OnStarting(
                static response =>
                {
                    ((HttpResponse)response).Headers.Connection = "close";
                    return Task.CompletedTask;
                },
                context.Response);
        }

        return next(context);
    }

    private static void AddServer(this WebApplicationBuilder builder, PresetsOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        // What a connection may send ahead of the answers. The default, 1 MiB, is what a client would hold that sends
        // requests and reads nothing.
        builder.WebHost.UseSockets(static sockets => sockets.MaxReadBufferSize = 128 * 1024);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Bodies are bounded where they are read, so that the refusal reaches the client.
            kestrel.Limits.MaxRequestBodySize = null;
            // Any byte: clients send the names of applications in Latin-1 or UTF-8.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            // So do upstreams, whose headers pass.
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = options.DrainTime + options.ShutdownTimeout);
    }

    // What an operator reads goes to standard output; logs are lines of JSON on standard error. Neither disturbs the
    // other.
    private static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.Configure(log =>
            log.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        builder.Logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // What the server refuses before routing sees it. What was sent, perhaps a key, is left out of these lines as
        // long as the server's other logs are off.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Debug);
        // It says nothing above Information, but while it may, every request gets an Activity: a cost that all of them
        // would bear for the few that fail. Those get theirs from the ErrorMiddleware; with a collector, all do.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // The answer of /health/ready says it, and the ErrorMiddleware logs it.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // The UpstreamForwarder says it, and names the upstream.
        builder.Logging.AddFilter("Yarp", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Warning);
    }

    private static bool IsForwarded(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers.ContainsKey("X-Forwarded-For")
            || headers.ContainsKey("X-Forwarded-Proto")
            || headers.ContainsKey("X-Forwarded-Host");
    }

    private static ForwardedHeadersOptions ForwardedHeaders(PresetsOptions options)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = XForwarded.XForwardedFor | XForwarded.XForwardedProto | XForwarded.XForwardedHost,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.KnownProxies)
            forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }
}
