using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Presets.Testing;

/// <summary>A provider of models that records what it is asked, and answers what its script says.</summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<UpstreamCall> calls = new();
    private TaskCompletionSource<UpstreamCall> next = New();
    private int connections;

    private ScriptedUpstream(WebApplication app) => this.app = app;

    /// <summary>Its address, without a path.</summary>
    public string Url => app.Urls.Single();

    /// <summary>What it does with a call.</summary>
    public Func<UpstreamCall, Task> Script { get; set; } = call => call.AnswerAsync("""{"id":"1"}""");

    /// <summary>Whether calls are kept.</summary>
    public bool Records { get; set; } = true;

    /// <summary>The connections that are open to it.</summary>
    public int OpenConnections => connections;

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyCollection<UpstreamCall> Calls => calls;

    /// <summary>The last call.</summary>
    public UpstreamCall Last => calls.Last();

    /// <summary>Starts one on a free port.</summary>
    public static async Task<ScriptedUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        ScriptedUpstream? upstream = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(
                listen => listen.Use(next => connection => upstream!.CountAsync(next, connection)));
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        upstream = new ScriptedUpstream(builder.Build());
        upstream.app.Run(upstream.TakeAsync);
        await upstream.app.StartAsync();
        return upstream;
    }

    /// <summary>The next call that comes.</summary>
    public Task<UpstreamCall> NextAsync() => next.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var call = await UpstreamCall.ReadAsync(context);
        if (Records)
            calls.Enqueue(call);
        Interlocked.Exchange(ref next, New()).SetResult(call);
        await Script(call);
    }

    private async Task CountAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        Interlocked.Increment(ref connections);
        await next(connection);
        Interlocked.Decrement(ref connections);
    }

    private static TaskCompletionSource<UpstreamCall> New() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A request that an upstream got.</summary>
public sealed class UpstreamCall
{
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private UpstreamCall(HttpContext context, byte[] body)
    {
        Context = context;
        Body = body;
        Method = context.Request.Method;
        Target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => string.Join('|', header.Value.ToArray()), StringComparer.OrdinalIgnoreCase);
        context.RequestAborted.Register(left.SetResult);
    }

    /// <summary>The exchange.</summary>
    public HttpContext Context { get; }

    public string Method { get; }

    /// <summary>The path and the query as they were sent.</summary>
    public string Target { get; }

    /// <summary>The headers; several of one name are joined by a bar.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public byte[] Body { get; }

    /// <summary>The body as a text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Completes when the caller has gone.</summary>
    public Task Left => left.Task;

    /// <summary>Reads a request.</summary>
    internal static async Task<UpstreamCall> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return new UpstreamCall(context, body.ToArray());
    }

    /// <summary>Answers with JSON.</summary>
    public async Task AnswerAsync(
        string json, int status = 200, params (string Name, string Value)[] headers)
    {
        var response = Context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = Encoding.UTF8.GetByteCount(json);
        foreach (var (name, value) in headers)
            response.Headers.Append(name, value);
        await response.WriteAsync(json);
    }

    /// <summary>Sends a part of a stream of events, at once.</summary>
    public async Task SendAsync(string events)
    {
        Context.Response.ContentType ??= "text/event-stream";
        await Context.Response.WriteAsync(events);
        await Context.Response.Body.FlushAsync();
    }

    /// <summary>Breaks the connection.</summary>
    public void Reset() => Context.Abort();
}
