using Microsoft.OpenApi;

namespace Presets.Api;

/// <summary>
/// What the OpenAPI document says of all routes that answer an entity tag: the write of a preset, and its read.
/// </summary>
internal static class PresetDocs
{
    /// <summary>The parameters in the query of a route that changes presets.</summary>
    public static string[] QueryOf(PresetWrite? write) => write switch
    {
        null => [],
        PresetCreate => [WriteOptions.DryRun, CreateOptions.DesignateParameter],
        _ => [WriteOptions.DryRun],
    };

    /// <summary>The statuses of a route that changes presets.</summary>
    public static int[] StatusesOf(PresetWrite? write) => write is null ? [] : [400, 409, 412];

    /// <summary>Adds what the routes take and answer in headers, and the answer 304 of a read.</summary>
    public static void Describe(OpenApiOperation operation, PresetWrite? write, bool isTagged)
    {
        var answer = (OpenApiResponse)operation.Responses!.First().Value;
        var tag = ErrorDocs.Header(
            "Names the state of the preset that is answered. Left out by a dry run, and when the preset is gone.");
        if (write is not null || isTagged)
        {
            operation.Parameters!.Add(Header(
                "If-None-Match",
                write is null
                    ? "The entity tags of states that the client has: the answer is 304 if one is current."
                    : "*: refused with 412 if the preset exists. Entity tags: refused if one is current.",
                write is null ? "\"650e8400-e29b-41d4-a716-446655440001.7\"" : "*"));
            (answer.Headers ??= new Dictionary<string, IOpenApiHeader>())["ETag"] = tag;
        }

        if (write is null && isTagged)
        {
            operation.Responses!["304"] = new OpenApiResponse
            {
                Description = "The client has the current state.",
                Headers = new Dictionary<string, IOpenApiHeader> { ["ETag"] = tag },
            };
        }

        if (write is not null)
        {
            operation.Parameters!.Add(Header(
                "If-Match",
                "Entity tags, or * for any: refused with 412 unless one is current.",
                "\"650e8400-e29b-41d4-a716-446655440001.7\""));
            operation.Parameters.Add(Header(
                WriteOptions.MessageHeader,
                "What the history is to say of the change: up to 500 characters, percent-encoded UTF-8.",
                "Answer%20in%20one%20sentence"));
        }

        if (write is PresetCreate)
        {
            operation.Parameters!.Add(ParameterDocs.Labels());
            operation.Parameters.Add(Header(
                "Prefer",
                "handling=skip-unchanged makes no version that would equal the designated one, or the latest one if "
                + "it would not be designated.",
                CreateOptions.SkipPreference));
            answer.Headers!["Preference-Applied"] =
                ErrorDocs.Header("handling=skip-unchanged when no version was made.");
            answer.Headers["X-Designated"] = ErrorDocs.Header(
                "false when the workspace is guarded and the key lacks promote: the version was not designated.");
        }
    }

    /// <summary>What the answers to forwarded requests say of the preset that was used.</summary>
    public static Dictionary<string, IOpenApiHeader> ForwardedHeaders() => new()
    {
        [PresetHeaders.Preset] = ErrorDocs.Header(
            "SLUG:VERSION, the version that was used. Left out when the request refers to no preset."),
        [PresetHeaders.Dropped] = ErrorDocs.Header(
            "The fields of the preset that this request or its upstream has no place for, comma-separated."),
        [PresetHeaders.Unfilled] = ErrorDocs.Header(
            "The variables of the system prompt that the request does not have, comma-separated."),
    };

    private static OpenApiParameter Header(string name, string description, string example) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = example,
    };
}
