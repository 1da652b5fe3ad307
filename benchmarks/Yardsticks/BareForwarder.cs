using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace Presets.Benchmarks.Yardsticks;

/// <summary>What forwarding a request costs without the service: by YARP, and by hand.</summary>
internal static class BareForwarder
{
    /// <summary>YARP's forwarder on every path, with its default transformations.</summary>
    /// <param name="url">Where to listen.</param>
    /// <param name="upstream">Where the requests go.</param>
    public static Task RunYarpAsync(string url, string upstream)
    {
        var app = BareServer.Build(url, services => services.AddHttpForwarder());
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var client = NewClient();
        app.MapGet("/", () => Results.Ok());
        app.Map("/{**path}", async context =>
        {
            await forwarder.SendAsync(context, upstream, client);
        });
        return app.RunAsync();
    }

    /// <summary>The least that a proxy can do: the body and its type go up, status, type and body come down.</summary>
    /// <inheritdoc cref="RunYarpAsync"/>
    public static Task RunByHandAsync(string url, string upstream)
    {
        var app = BareServer.Build(url);
        var client = NewClient();
        app.MapGet("/", () => Results.Ok());
        app.MapPost("/{**path}", async context =>
        {
            var request = context.Request;
            using var up = new HttpRequestMessage(HttpMethod.Post, upstream + request.Path)
            {
                Content = new StreamContent(request.Body),
            };
            up.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType!);
            up.Content.Headers.ContentLength = request.ContentLength;
            using var down = await client.SendAsync(up, context.RequestAborted);
            context.Response.StatusCode = (int)down.StatusCode;
            context.Response.ContentType = down.Content.Headers.ContentType?.ToString();
            context.Response.ContentLength = down.Content.Headers.ContentLength;
            await using var body = await down.Content.ReadAsStreamAsync(context.RequestAborted);
            var buffer = new byte[4096];
            while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var length)
                await context.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
        });
        return app.RunAsync();
    }

    private static HttpMessageInvoker NewClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    });
}
