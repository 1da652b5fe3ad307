namespace Presets.Api;

/// <summary>Says of a route that its errors are Anthropic's, which its clients understand.</summary>
internal sealed record AnthropicErrors;

/// <summary>The body of every answer that is not a success, as Anthropic's clients have it.</summary>
internal sealed record AnthropicErrorResponse
{
    /// <summary>Always <c>error</c>.</summary>
    /// <example>error</example>
    public string Type => "error";

    public required AnthropicError Error { get; init; }

    /// <summary>Names the request; the trace id, when the log has one.</summary>
    public required string RequestId { get; init; }

    /// <summary>An error as this dialect tells it.</summary>
    public static AnthropicErrorResponse Of(ErrorDetail detail, string requestId) => new()
    {
        Error = new() { Type = AnthropicError.TypeOf(detail.Code), Message = detail.Message },
        RequestId = requestId,
    };
}

/// <summary>What went wrong.</summary>
internal sealed record AnthropicError
{
    /// <summary>Why, in Anthropic's words for it.</summary>
    public required string Type { get; init; }

    /// <summary>A sentence for people; it may change.</summary>
    public required string Message { get; init; }

    /// <summary>Anthropic's word for a status.</summary>
    public static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        408 or 504 => "timeout_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 => "overloaded_error",
        >= 500 or 424 => "api_error",
        _ => "invalid_request_error",
    };
}
