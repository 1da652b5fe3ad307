using System.Globalization;
using System.Text.Json;
using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>What the OpenAPI document says of each status that is an error. Source: the contract, "Errors".</summary>
internal static class ErrorDocs
{
    private static readonly (int Status, string Reason, string Description)[] Errors =
    [
        (400, "invalid_field", "The request is not valid; the field at fault is named."),
        (401, "unauthorized", "No key, or one that is malformed, unknown, disabled or expired."),
        (403, "missing_scope", "The key is known but may not do this: it is of the other kind (forbidden), or lacks a "
            + "scope, which the message names (missing_scope)."),
        (404, "not_found", "There is no such thing in the key's workspace."),
        (408, "request_timeout", "The body did not arrive in time."),
        (409, "preset_archived", "The state forbids it; never an ordinary race."),
        (412, "precondition_failed", "If-Match or If-None-Match does not hold for the preset."),
        (413, "body_too_large", "The body is too large (1 MiB unless configured)."),
        (415, "unsupported_media_type", "The body is not JSON in UTF-8."),
        (422, "idempotency_key_reused", "The Idempotency-Key was used for another request."),
        (424, "upstream_unauthorized", "The upstream refused the key that this service is configured with."),
        (500, "internal_error", "A defect. The log has more under the trace id."),
        (502, "upstream_failed", "The upstream could not be reached, or failed before it answered."),
        (503, "unavailable", "The database is not available or the node is full (unavailable, overloaded: nothing was "
            + "stored), or the database failed during a write (outcome_unknown)."),
        (504, "upstream_timeout", "The upstream did not answer in time."),
    ];

    /// <summary>The name of a status' response among the components.</summary>
    public static string NameOf(int status) => string.Create(CultureInfo.InvariantCulture, $"Error{status}");

    /// <summary>Adds the response of each status to the components.</summary>
    /// <param name="schema">The schema of every error's body.</param>
    public static void AddTo(OpenApiDocument document, IOpenApiSchema schema)
    {
        foreach (var (status, reason, description) in Errors)
        {
            var metadata = new ErrorMetadata { Reason = reason };
            var body = new ErrorResponse(new() { Code = status, Message = description, Metadata = metadata });
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
                    412 => new Dictionary<string, IOpenApiHeader>
                    {
                        ["ETag"] = Header("Names the state that the preset is in. Left out when there is no preset."),
                    },
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
