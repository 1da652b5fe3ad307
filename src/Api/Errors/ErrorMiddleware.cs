using System.Diagnostics;

namespace Presets.Api;

/// <summary>
/// Makes an answer of everything that a handler throws, and a JSON body for routes and methods that are not there.
/// </summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> log)
{
    /// <summary>Answers a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e)
        {
            await AnswerAsync(context, e);
            return;
        }

        var response = context.Response;
        if (response.StatusCode is 404 or 405 && response.ContentLength is null && !response.HasStarted)
        {
            await ErrorAnswer.Write(context, response.StatusCode == 404
                ? new Refusal(RefusalCode.RouteNotFound, "There is no such route.")
                : new Refusal(
                    RefusalCode.MethodNotAllowed, $"This route does not take {context.Request.Method}."));
        }
    }

    private Task AnswerAsync(HttpContext context, Exception exception)
    {
        // A client that left is told nothing, and is no defect. (Reading its body throws an IOException or a
        // BadHttpRequestException.)
        if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
            return Task.CompletedTask;
        if (context.Response.HasStarted)
        {
            LogBroken(exception);
            context.Abort();
            return Task.CompletedTask;
        }

        // What the handler had prepared of its own answer.
        context.Response.Clear();
        using var activity = Activity.Current is null ? StartActivity(context) : null;
        var refusal = RefusalOf(exception);
        string? traceId = null;
        if (refusal.Code == RefusalCode.InternalError)
            LogDefect(exception, traceId = Activity.Current!.TraceId.ToHexString());
        else if (refusal.Code is RefusalCode.Unavailable or RefusalCode.OutcomeUnknown or RefusalCode.Overloaded)
            LogRefused(LevelOf(refusal.InnerException), refusal.Code, refusal.InnerException?.Message);
        return ErrorAnswer.Write(context, refusal, traceId);
    }

    /// <summary>What the client is told of an exception.</summary>
    internal static Refusal RefusalOf(Exception exception) => exception switch
    {
        Refusal refusal => refusal,
        StoreException { Kind: StoreFailure.InDoubt } => new(
            RefusalCode.OutcomeUnknown,
            "The database failed during the write; whether it was stored is not known.",
            inner: exception),
        StoreException => new(
            RefusalCode.Unavailable, "The database is not available; nothing was stored.", inner: exception),
        BadHttpRequestException { StatusCode: 413 } => new(RefusalCode.BodyTooLarge, "The body is too large."),
        BadHttpRequestException { StatusCode: 408 } => new(RefusalCode.RequestTimeout, exception.Message),
        BadHttpRequestException => new(RefusalCode.InvalidRequest, exception.Message),
        _ => new(RefusalCode.InternalError, "Internal Server Error"),
    };

    // So that what is logged here carries a trace id: the caller's, when it sent one.
    private static Activity StartActivity(HttpContext context)
    {
        var activity = new Activity("error").SetIdFormat(ActivityIdFormat.W3C);
        if (context.Request.Headers.TraceParent is [{ Length: 55 } parent])
            activity.SetParentId(parent);
        return activity.Start();
    }

    private static LogLevel LevelOf(Exception? cause) =>
        cause is StoreException { NeedsOperator: true } ? LogLevel.Error : LogLevel.Information;

    [LoggerMessage("Refused with {Code}: {Cause}")]
    private partial void LogRefused(LogLevel level, RefusalCode code, string? cause);

    [LoggerMessage(LogLevel.Error, "A request failed; its answer carries trace id {TraceId}")]
    private partial void LogDefect(Exception exception, string traceId);

    [LoggerMessage(LogLevel.Error, "A request failed after its answer had begun")]
    private partial void LogBroken(Exception exception);
}
