using System.Diagnostics.Metrics;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Presets.Api;

/// <summary>
/// What this service tells a collector. Nothing is measured for nobody: it is on when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
/// </summary>
public static class Telemetry
{
    private static readonly Meter Meter = new("Presets");

    private static readonly Counter<long> Creates = Meter.CreateCounter<long>(
        "presets.creates",
        "{request}",
        "Requests to create a version, by result: stored, replayed, or the reason of the refusal.");

    /// <summary>Counts a create that was answered with a version.</summary>
    public static void Created(bool replayed) => Count(replayed ? "replayed" : "stored");

    /// <summary>Counts a create that was refused.</summary>
    public static void Refused(RefusalCode code) => Count(ErrorMap.Of(code).Reason);

    /// <summary>Sends metrics and traces over OTLP, when there is somewhere to send them to.</summary>
    internal static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrEmpty(builder.Configuration["OTEL_SERVICE_NAME"]))
                    resource.AddService("presets");
            })
            .WithMetrics(metrics => metrics
                .AddMeter("Presets", "Presets.Storage", "Npgsql")
                .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                // Its requests are those to upstreams.
                .AddMeter("System.Net.Http")
                .AddOtlpExporter())
            .WithTracing(traces => traces
                .AddAspNetCoreInstrumentation().AddNpgsql().AddSource("System.Net.Http").AddOtlpExporter());
    }

    private static void Count(string result) => Creates.Add(1, new KeyValuePair<string, object?>("result", result));
}
