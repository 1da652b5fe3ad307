using Yarp.ReverseProxy.Forwarder;

namespace Presets.Api;

/// <summary>Forwards requests to upstreams, and streams their answers back.</summary>
internal sealed partial class UpstreamForwarder(IHttpForwarder forwarder, ILogger<UpstreamForwarder> log)
{
    // The upstream's own time limits are kept by its client.
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = Timeout.InfiniteTimeSpan };

    /// <summary>Forwards a request, and answers it with what the upstream answers.</summary>
    /// <param name="body">What is sent.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.UpstreamFailed"/>, <see cref="RefusalCode.UpstreamTimeout"/>,
    /// <see cref="RefusalCode.UpstreamUnauthorized"/>; nothing was answered yet.
    /// </exception>
    public async ValueTask<ExchangeEnd> ForwardAsync(HttpContext context, Exchange exchange, SegmentStream body)
    {
        context.Request.Body = body;
        var upstream = exchange.Upstream;
        var error = await forwarder.SendAsync(context, upstream.Root, upstream.Client, Config, exchange);
        if (exchange.IsUnauthorized)
        {
            LogUnauthorized(upstream.Name);
            throw UpstreamFaults.Unauthorized();
        }

        if (exchange.Answer is { IsComplete: true })
            return ExchangeEnd.Answered;
        // Nobody else cancels.
        if (context.RequestAborted.IsCancellationRequested
            || error is ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled
                or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient)
        {
            return ExchangeEnd.ClientLeft;
        }

        // There is no error when an event could end the answer.
        var cause = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var isLate = error == ForwarderError.RequestTimedOut || exchange.Answer is { IsLate: true };
        LogFailed(upstream.Name, isLate ? "too late" : "broken", cause?.GetBaseException().Message);
        return context.Response.HasStarted ? ExchangeEnd.Broken
            : throw (isLate ? UpstreamFaults.TimedOut() : UpstreamFaults.Failed(cause));
    }

    [LoggerMessage(LogLevel.Error, "The upstream {Upstream} refused its key with 401")]
    private partial void LogUnauthorized(string upstream);

    [LoggerMessage(LogLevel.Warning, "The upstream {Upstream} failed, {How}: {Cause}")]
    private partial void LogFailed(string upstream, string how, string? cause);
}

/// <summary>How an exchange with an upstream ended.</summary>
internal enum ExchangeEnd
{
    /// <summary>With the upstream's answer, whole.</summary>
    Answered,

    /// <summary>In the middle of the upstream's answer.</summary>
    Broken,

    /// <summary>The client did not wait.</summary>
    ClientLeft,
}
