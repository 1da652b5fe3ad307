
namespace Presets.Api;

/// <summary>Writes <c>{"error": {"code", "message", "metadata": {"reason", "field"}}}</c>.</summary>
public static class ErrorAnswer
{
    /// <summary>Answers a refusal.</summary>
    public static Task Write(HttpContext context, Refusal refusal)
    {
        var (status, reason) = ErrorMap.Of(refusal.Code);
        // Refused by the store, which knows nothing of headers.
        var field = refusal.Field ?? (refusal.Code == RefusalCode.IdempotencyKeyReused ? IdempotencyHeader.Name : null);
        return Write(context, status, reason, refusal.Message, field);
    }

    /// <summary>Answers any error.</summary>
    /// <param name="traceId">What the log of a defect can be found by.</param>
    public static Task Write(HttpContext context, int status, string reason, string message, string? field = null, string? traceId = null)
    {
        var headers = context.Response.Headers;
        if (status == StatusCodes.Status401Unauthorized)
            headers.WWWAuthenticate = "Bearer";
        if (status == StatusCodes.Status503ServiceUnavailable)
            headers.RetryAfter = "1";

        return JsonObjectAnswer.Write(context, status, json =>
        {
            json.WriteStartObject("error"u8);
            json.WriteNumber("code"u8, status);
            json.WriteString("message"u8, message);
            json.WriteStartObject("metadata"u8);
            json.WriteString("reason"u8, reason);
            if (field is not null)
                json.WriteString("field"u8, field);
            if (traceId is not null)
                json.WriteString("trace_id"u8, traceId);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
