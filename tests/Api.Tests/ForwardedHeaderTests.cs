using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Presets.Api.Tests;

/// <summary>What a node takes a request for that came through a proxy; the proxy is 127.0.0.1.</summary>
public sealed class ForwardedHeaderTests
{
    [Theory]
    [InlineData("https://presets.example 203.0.113.7")]
    [InlineData("https://presets.example 203.0.113.7", "--Presets:KnownProxies", "10.0.0.0/8, 127.0.0.1")]
    [InlineData("http://localhost 127.0.0.1", "--Presets:KnownProxies", "10.0.0.0/8, 127.0.0.2")]
    public async Task Only_a_known_proxy_is_believed(string taken, params string[] settings)
    {
        const string Headers =
            "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: presets.example\r\n";
        Assert.Equal(taken, await SendAsync(Headers, settings));
    }

    [Fact]
    public async Task What_a_client_wrote_before_the_first_known_proxy_is_not_believed() =>
        Assert.Equal("http://localhost 203.0.113.7", await SendAsync("X-Forwarded-For: 192.0.2.1, 203.0.113.7\r\n"));

    [Fact]
    public async Task Known_proxies_may_stand_in_a_row() =>
        Assert.Equal(
            "http://localhost 203.0.113.7",
            await SendAsync(
                "X-Forwarded-For: 203.0.113.7, 10.1.2.3\r\n", "--Presets:KnownProxies", "10.0.0.0/8,127.0.0.0/8"));

    [Fact]
    public async Task A_header_alone_is_enough() =>
        Assert.Equal("https://localhost 127.0.0.1", await SendAsync("X-Forwarded-Proto: https\r\n"));

    private static async Task<string> SendAsync(string headers, params string[] settings)
    {
        var witness = new Witness();
        await using var node = await OneNode.StartAsync(
            Engine.Sqlite, configure: builder => builder.Services.AddSingleton<IStartupFilter>(witness),
            settings: settings);

        var answer = await RawHttp.SendAsync(
            node,
            "GET /api/v1/presets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + $"Authorization: Bearer {node.Key}\r\n{headers}\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        return witness.Taken!;
    }

    /// <summary>Stands before the service, and looks at the request when the service is done with it.</summary>
    private sealed class Witness : IStartupFilter
    {
        public string? Taken { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                Taken = $"{context.Request.Scheme}://{context.Request.Host} {context.Connection.RemoteIpAddress}";
            });
            next(app);
        };
    }
}
