using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Presets.Api.Tests;

/// <summary>What the program sends to a collector.</summary>
public sealed class TelemetryTests : ProgramTests
{
    // OTLP's paths, by protocol; gRPC is what OTEL_EXPORTER_OTLP_PROTOCOL means when it is not set.
    private const string Grpc = "/opentelemetry.proto.collector.";

    [Theory]
    [InlineData("", Grpc + "metrics.v1.MetricsService/Export", Grpc + "trace.v1.TraceService/Export")]
    [InlineData("http/protobuf", "/v1/metrics", "/v1/traces")]
    public async Task Metrics_and_traces_reach_the_collector_under_the_services_name(
        string protocol, string metricsPath, string tracesPath)
    {
        await using var collector =
            await Collector.StartAsync(protocol.Length == 0 ? HttpProtocols.Http2 : HttpProtocols.Http1);

        await ServeAsync(
            isFirst: true,
            CreateAsync,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol));

        var metrics = collector.Received(metricsPath);
        var traces = collector.Received(tracesPath);
        Assert.All(
            [metrics, traces],
            sent => Assert.Contains(Attribute("service.name", "presets"), sent, StringComparison.Ordinal));
        string[] documented =
        [
            "presets.creates", "presets.commit.batch.size", "presets.commit.duration", "presets.grain.active",
        ];
        Assert.All(documented, name => Assert.Contains(Text(name), metrics, StringComparison.Ordinal));
        string[] others = ["http.server.request.duration", "dotnet.gc.collections"];
        Assert.All(others, name => Assert.Contains(Text(name), metrics, StringComparison.Ordinal));
        Assert.All(
            ["stored", "invalid_field"],
            result => Assert.Contains(Attribute("result", result), metrics, StringComparison.Ordinal));
        Assert.Contains(
            Attribute("http.route", "/api/v1/presets/{slug}/chat/completions"), traces, StringComparison.Ordinal);
        Assert.DoesNotContain("You are terse", metrics + traces, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-preset-v1-", metrics + traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_of_an_upstream_is_part_of_the_trace_and_neither_key_is_in_it()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        const string Span = "b7ad6b7169203331";
        await using var collector = await Collector.StartAsync(HttpProtocols.Http1);
        await using var upstream = await ScriptedUpstream.StartAsync();

        await ServeAsync(
            isFirst: true,
            async output =>
            {
                using var http = new HttpClient();
                http.DefaultRequestHeaders.Add("x-api-key", Key().Match(output).Value);
                http.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-{Span}-01");
                using var answer = await http.PostAsync(
                    new Uri(new Uri(Url().Match(output).Value), "/api/v1/chat/completions"),
                    ApiClient.JsonContent("""{"model":"m"}"""));
                Assert.True(answer.IsSuccessStatusCode);
            },
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("Upstreams__main__BaseUrl", upstream.Url),
            ("Upstreams__main__Key", "sk-upstream-5e2c"));

        var parent = upstream.Last.Headers["traceparent"];
        Assert.Contains(Trace, parent, StringComparison.Ordinal);
        Assert.DoesNotContain(Span, parent, StringComparison.Ordinal);
        var sent = collector.Received("/v1/metrics") + collector.Received("/v1/traces");
        Assert.Contains(Text("http.client.request.duration"), sent, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-upstream", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-preset-v1-", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_services_name_can_be_another()
    {
        await using var collector = await Collector.StartAsync(HttpProtocols.Http1);

        await ServeAsync(
            isFirst: true,
            CreateAsync,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_SERVICE_NAME", "presets-east"));

        Assert.Contains(
            Attribute("service.name", "presets-east"), collector.Received("/v1/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_away_disturbs_nobody()
    {
        var (_, _, status) =
            await ServeAsync(isFirst: true, CreateAsync, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));

        Assert.Equal(0, status);
    }

    private static async Task CreateAsync(string output)
    {
        var client = new ApiClient(new Uri(Url().Match(output).Value), Key().Match(output).Value);
        (await client.CreateAsync("a")).Expect(200);
        (await client.CreateAsync("a", "\"temperature\":3")).IsError(400, "invalid_field", "temperature");
    }

    // As protobuf writes them: a text after its length, an attribute as two fields, the second a message of one text.
    private static string Text(string text) => (char)text.Length + text;

    private static string Attribute(string key, string value) =>
        $"\n{Text(key)}\x12{(char)(value.Length + 2)}\n{Text(value)}";
}
