using Microsoft.Extensions.Logging.Console;
using Presets.Storage;
using XForwarded = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders;

namespace Presets.Api;

/// <summary>The HTTP API, for whichever program serves it. Who holds the presets' writers is the program's to say: it registers <see cref="IPresets"/>.</summary>
public static class PresetsApi
{
    /// <summary>Where a node listens when it is told nothing else.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Registers all that the API needs but <see cref="IPresets"/>, and the server's own settings.</summary>
    /// <exception cref="SettingsException">Some settings cannot be used.</exception>
    public static PresetsOptions AddPresetsApi(this WebApplicationBuilder builder)
    {
        var options = SettingsReader.Read(builder.Configuration);
        builder.AddServer(options);
        builder.AddLogs();
        builder.AddTelemetry();

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        // By a factory, so that it is disposed, last, when the program ends.
        services.AddSingleton(provider => StorageFactory.CreateDatabase(options.ConnectionString, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => StorageFactory.CreatePresetStore(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPresetStore>(provider => provider.GetRequiredService<PresetStore>());
        services.AddSingleton<KeyStore>();
        services.AddSingleton<WorkspaceStore>();
        services.AddSingleton(provider =>
        {
            var keys = provider.GetRequiredService<KeyStore>();
            return new KeyCache((hash, cancellation) => keys.FindAsync(hash.ToString(), cancellation), provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<KeyGate>();
        services.AddSingleton<FirstStart>();
        services.AddHostedService<NodeStart>();
        services.AddPresetsDocument();
        return options;
    }

    /// <summary>Maps every route, and what stands before them.</summary>
    public static void MapPresetsApi(this WebApplication app)
    {
        app.Use(CloseWhenStopping(app.Lifetime.ApplicationStopping));
        app.UseMiddleware<ErrorMiddleware>();
        var forwarded = ForwardedHeaders(app.Services.GetRequiredService<PresetsOptions>());
        app.UseWhen(IsForwarded, branch => branch.UseForwardedHeaders(forwarded));
        app.UseRouting();

        var routes = app.MapGroup("/api/v1");
        Create<PresetEndpoints>(app).Map(routes);
        Create<VersionEndpoints>(app).Map(routes);
        Create<KeyEndpoints>(app).Map(routes);
        Create<WorkspaceEndpoints>(app).Map(routes);
        Create<HealthEndpoints>(app).Map(app);
        app.MapOpenApi("/openapi/v1.json");
    }

    // Who keeps a connection to a node that drains would send its next request just when the node closes it, and could not know what became of it.
    private static Func<RequestDelegate, RequestDelegate> CloseWhenStopping(CancellationToken stopping) => next => context =>
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
    };

    private static T Create<T>(WebApplication app) => ActivatorUtilities.CreateInstance<T>(app.Services);

    private static void AddServer(this WebApplicationBuilder builder, PresetsOptions options)
    {
        var configuration = builder.Configuration;
        string?[] given = [configuration["urls"], configuration["http_ports"], configuration["https_ports"]];
        if (given.All(string.IsNullOrEmpty) && !configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Bodies are bounded where they are read, so that the refusal reaches the client.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime + options.ShutdownTimeout);
    }

    // What an operator reads goes to standard output; logs are lines of JSON on standard error. Neither disturbs the other.
    private static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.Configure(log => log.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        builder.Logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // It says nothing above Information, but while it may, every request gets an Activity: a cost that all of them would bear for those
        // few that fail. Those get theirs from the ErrorMiddleware; with a collector, all do.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Warning);
    }

    private static bool IsForwarded(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("X-Forwarded-Proto") || headers.ContainsKey("X-Forwarded-Host");
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
