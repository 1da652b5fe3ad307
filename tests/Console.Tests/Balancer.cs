using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Presets.Console.Tests;

/// <summary>Sends each request to another node than the one before, whoever it is from.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
    });

    private int turn;

    private Balancer(WebApplication app) => this.app = app;

    /// <summary>Its address.</summary>
    public Uri Url => new(app.Urls.First());

    /// <summary>Starts one on a free port.</summary>
    public static async Task<Balancer> StartAsync(IReadOnlyList<Uri> nodes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        var balancer = new Balancer(builder.Build());
        var forwarder = balancer.app.Services.GetRequiredService<IHttpForwarder>();
        balancer.app.Run(async context =>
        {
            var node = nodes[Interlocked.Increment(ref balancer.turn) % nodes.Count];
            await forwarder.SendAsync(context, node.ToString(), balancer.client);
        });
        await balancer.app.StartAsync();
        return balancer;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        client.Dispose();
    }
}
