using System.Globalization;
using System.Text.Json;
using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>What the OpenAPI document says of each status that is an error. Source: the contract, "Errors".</summary>
internal static class ErrorDocs
{
    private static readonly (int Status, string Description, string Message, ErrorMetadata Metadata)[] Errors =
    [
        (400, "The request is not valid; the field at fault is named.",
            "temperature must be a number from 0 to 2.", new() { Reason = "invalid_field", Field = "temperature" }),
        (401, "No key, or one that is malformed, unknown, disabled or expired.",
            "Missing Authentication header", new() { Reason = "unauthorized" }),
        (403, "The key is known but may not do this.",
            "Only management keys can perform this operation", new() { Reason = "forbidden" }),
        (404, "There is no such thing in the key's workspace.",
            "There is no preset with this slug.", new() { Reason = "not_found" }),
        (409, "The state forbids it; never an ordinary race.",
            "The preset is archived.", new() { Reason = "preset_archived" }),
        (413, "The body is too large (1 MiB unless configured).",
            "The body may have at most 1048576 bytes.", new() { Reason = "body_too_large" }),
        (415, "The body is not JSON in UTF-8.",
            "The body must be sent as application/json (or application/*+json) in UTF-8.",
            new() { Reason = "unsupported_media_type", Field = "Content-Type" }),
        (422, "The Idempotency-Key was used for another request.",
            "This Idempotency-Key was used for another request.",
            new() { Reason = "idempotency_key_reused", Field = IdempotencyHeader.Name }),
        (500, "A defect. The log has more under the trace id.",
            "Internal Server Error",
            new() { Reason = "internal_error", TraceId = "4bf92f3577b34da6a3ce929d0e0e4736" }),
        (503, "The database cannot be reached or the node is full (unavailable, overloaded: nothing was stored), or the "
            + "connection was lost during a write (outcome_unknown).",
            "The database cannot be reached; nothing was stored.", new() { Reason = "unavailable" }),
    ];

    /// <summary>The name of a status' response among the components.</summary>
    public static string NameOf(int status) => string.Create(CultureInfo.InvariantCulture, $"Error{status}");

    /// <summary>Adds the response of each status to the components.</summary>
    /// <param name="schema">The schema of every error's body.</param>
    public static void AddTo(OpenApiDocument document, IOpenApiSchema schema)
    {
        foreach (var (status, description, message, metadata) in Errors)
        {
            var body = new ErrorResponse(new() { Code = status, Message = message, Metadata = metadata });
            var example = JsonSerializer.SerializeToNode(body, ApiJson.Instance.ErrorResponse);
            document.AddComponent<IOpenApiResponse>(NameOf(status), new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = schema, Example = example },
                },
                Headers = status switch
                {
                    401 => new Dictionary<string, IOpenApiHeader> { ["WWW-Authenticate"] = Header("Bearer") },
                    503 => new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = Header("Seconds to wait.") },
                    _ => null,
                },
            });
        }
    }

    /// <summary>A header of text.</summary>
    public static OpenApiHeader Header(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
