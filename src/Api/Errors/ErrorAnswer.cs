using System.Text.Json;

namespace Presets.Api;

/// <summary>Answers with an <see cref="ErrorResponse"/>, or the one of the route's own dialect.</summary>
internal static class ErrorAnswer
{
    /// <summary>Answers a refusal.</summary>
    /// <param name="traceId">What the log of a defect can be found by.</param>
    public static Task Write(HttpContext context, Refusal refusal, string? traceId = null)
    {
        var detail = DetailOf(refusal, traceId);
        var status = detail.Code;
        if (refusal.Current is { } tag)
            context.Response.Headers.ETag = tag.ToString();
        var headers = context.Response.Headers;
        if (status == StatusCodes.Status401Unauthorized)
            headers.WWWAuthenticate = "Bearer";
        if (status == StatusCodes.Status503ServiceUnavailable)
            headers.RetryAfter = "1";
        // The rest of the body would be taken for the next request.
        if (status == StatusCodes.Status408RequestTimeout)
            headers.Connection = "close";

        var isAnthropic = context.GetEndpoint()?.Metadata.GetMetadata<AnthropicErrors>() is not null;
        var json = isAnthropic
            ? JsonSerializer.SerializeToUtf8Bytes(
                AnthropicErrorResponse.Of(detail, traceId ?? context.TraceIdentifier),
                ApiJson.Instance.AnthropicErrorResponse)
            : JsonSerializer.SerializeToUtf8Bytes(new ErrorResponse(detail), ApiJson.Instance.ErrorResponse);
        return JsonAnswer.Write(context, status, json);
    }

    /// <summary>A refusal as an answer tells it.</summary>
    /// <param name="traceId">What the log of a defect can be found by.</param>
    public static ErrorDetail DetailOf(Refusal refusal, string? traceId = null)
    {
        var (status, reason) = ErrorMap.Of(refusal.Code);
        // Refused by the store, which knows nothing of headers.
        var field = refusal.Code == RefusalCode.IdempotencyKeyReused ? IdempotencyHeader.Name : refusal.Field;
        var metadata = new ErrorMetadata { Reason = reason, Field = field, TraceId = traceId };
        return new ErrorDetail { Code = status, Message = refusal.Message, Metadata = metadata };
    }
}
