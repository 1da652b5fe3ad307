using System.Text.Json.Nodes;

namespace Presets.Api;

/// <summary>What the OpenAPI document says of each status that is an error. Source: the contract, "Errors".</summary>
internal static class ErrorDocs
{
    /// <summary>When a status is answered, and an example of its body.</summary>
    public static (string Description, JsonNode Example) Of(int status) => status switch
    {
        400 => Doc("The request is not valid; the field at fault is named.", 400, "temperature must be a number from 0 to 2.", "invalid_field", "temperature"),
        401 => Doc("No key, or one that is malformed, unknown, disabled or expired.", 401, "Missing Authentication header", "unauthorized"),
        403 => Doc("The key is known but may not do this.", 403, "Only management keys can perform this operation", "forbidden"),
        404 => Doc("There is no such thing in the key's workspace.", 404, "There is no preset with this slug.", "not_found"),
        409 => Doc("The state forbids it; never an ordinary race.", 409, "The preset is archived.", "preset_archived"),
        413 => Doc("The body is too large (1 MiB unless configured).", 413, "The body may have at most 1048576 bytes.", "body_too_large"),
        415 => Doc("The body is not JSON in UTF-8.", 415, "The body must be sent as application/json (or application/*+json) in UTF-8.", "unsupported_media_type", "Content-Type"),
        422 => Doc("The Idempotency-Key was used for another request.", 422, "This Idempotency-Key was used for another request.", "idempotency_key_reused", "Idempotency-Key"),
        500 => Doc("A defect. The log has more under the trace id.", 500, "Internal Server Error", "internal_error", traceId: "4bf92f3577b34da6a3ce929d0e0e4736"),
        503 => Doc("The database cannot be reached or the node is full (unavailable, overloaded: nothing was stored), or the connection was lost during a write (outcome_unknown).",
            503, "The database cannot be reached; nothing was stored.", "unavailable"),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "a status that is not described"),
    };

    private static (string Description, JsonNode Example) Doc(
        string description, int code, string message, string reason, string? field = null, string? traceId = null)
    {
        var metadata = new JsonObject { ["reason"] = reason };
        if (field is not null)
            metadata["field"] = field;
        if (traceId is not null)
            metadata["trace_id"] = traceId;
        return (description, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["metadata"] = metadata } });
    }
}
