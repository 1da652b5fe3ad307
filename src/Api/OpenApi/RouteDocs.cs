
namespace Presets.Api;

/// <summary>What the OpenAPI document says of each route.</summary>
internal static class RouteDocs
{
    private const string Presets = "Presets";
    private const string Keys = "API keys";
    private const string Workspaces = "Workspaces";
    private const string Health = "Health";

    public static readonly RouteDoc ListPresets = new("listPresets", Presets, "List presets",
        "The presets of the key's workspace that are not archived, newest-updated first.")
    { Answer = "ListPresetsResponse", Parameters = ["offset", "limit"], Errors = [400] };

    public static readonly RouteDoc GetPreset = new("getPreset", Presets, "Get a preset",
        "A preset with its designated version inline.")
    { Answer = "GetPresetResponse", Parameters = ["slug"], Errors = [400, 404] };

    public static readonly RouteDoc ListVersions = new("listPresetVersions", Presets, "List versions of a preset",
        "The versions of a preset, oldest first.")
    { Answer = "ListPresetVersionsResponse", Parameters = ["slug", "offset", "limit"], Errors = [400, 404] };

    public static readonly RouteDoc GetVersion = new("getPresetVersion", Presets, "Get a specific version of a preset",
        "One version of a preset, by its number.")
    { Answer = "GetPresetVersionResponse", Parameters = ["slug", "version"], Errors = [400, 404] };

    public static readonly RouteDoc GetCurrentKey = new("getCurrentKey", Keys, "Get the current API key",
        "The key that the request was made with. Any key may ask.")
    { Answer = "CurrentKeyResponse", AnyKey = true };

    public static readonly RouteDoc ListKeys = new("listKeys", Keys, "List API keys",
        "The keys of a workspace, oldest first, 100 to a page. Needs a management key.")
    { Answer = "ListKeysResponse", Parameters = ["include_disabled", "offset", "workspace_id"], Errors = [400] };

    public static readonly RouteDoc CreateKey = new("createKeys", Keys, "Create an API key",
        "Makes an ordinary key. Its text is in this answer only; what is stored is its hash. A request repeated with its Idempotency-Key makes no second key; "
        + "since the first cannot be shown again, it is refused with 409 key_already_created. Needs a management key.")
    { Answer = "CreateKeyResponse", Status = 201, Request = "CreateKeyRequest", IsIdempotent = true, Errors = [400, 409, 413, 415, 422] };

    public static readonly RouteDoc GetKey = new("getKey", Keys, "Get an API key",
        "One key, by its hash. Needs a management key.")
    { Answer = "GetKeyResponse", Parameters = ["hash"], Errors = [404] };

    public static readonly RouteDoc UpdateKey = new("updateKeys", Keys, "Update an API key",
        "Renames, disables or enables a key; on other nodes within 5 seconds. Needs a management key.")
    { Answer = "GetKeyResponse", Parameters = ["hash"], Request = "UpdateKeyRequest", Errors = [400, 404, 413, 415] };

    public static readonly RouteDoc DeleteKey = new("deleteKeys", Keys, "Delete an API key",
        "Deletes a key; on other nodes within 5 seconds. Needs a management key.")
    { Answer = "DeleteKeyResponse", Parameters = ["hash"], Errors = [404] };

    public static readonly RouteDoc ListWorkspaces = new("listWorkspaces", Workspaces, "List workspaces",
        "The workspaces, oldest first. Needs a management key.")
    { Answer = "ListWorkspacesResponse", Parameters = ["offset", "limit"], Errors = [400] };

    public static readonly RouteDoc CreateWorkspace = new("createWorkspace", Workspaces, "Create a workspace",
        "Makes a workspace, without keys. Needs a management key.")
    { Answer = "GetWorkspaceResponse", Status = 201, Request = "CreateWorkspaceRequest", IsIdempotent = true, Errors = [400, 413, 415, 422] };

    public static readonly RouteDoc GetWorkspace = new("getWorkspace", Workspaces, "Get a workspace",
        "One workspace, by its id or its slug. Needs a management key.")
    { Answer = "GetWorkspaceResponse", Parameters = ["id"], Errors = [404] };

    public static readonly RouteDoc UpdateWorkspace = new("updateWorkspace", Workspaces, "Update a workspace",
        "Changes the fields that are given; a null clears a field that may be null. Needs a management key.")
    { Answer = "GetWorkspaceResponse", Parameters = ["id"], Request = "UpdateWorkspaceRequest", Errors = [400, 404, 413, 415] };

    public static readonly RouteDoc DeleteWorkspace = new("deleteWorkspace", Workspaces, "Delete a workspace",
        "Deletes a workspace with its presets and their versions. Not the default one (403), and not one with active keys (400 workspace_not_empty). Needs a management key.")
    { Answer = "DeleteWorkspaceResponse", Parameters = ["id"], Errors = [400, 404] };

    public static readonly RouteDoc Live = new("live", Health, "Is the process alive?",
        "Answers as long as the process does.")
    { Answer = "Health", NeedsKey = false };

    public static readonly RouteDoc Ready = new("ready", Health, "Should the node get requests?",
        "503 while the database does not answer within 2 seconds, or while the node is stopping.")
    { Answer = "Health", NeedsKey = false, Errors = [503] };

    /// <summary>Creating a preset from one of the three inference requests.</summary>
    public static RouteDoc CreatePreset(BodyKind kind)
    {
        var (id, name) = kind switch
        {
            BodyKind.ChatCompletions => ("createPresetsChatCompletions", "a chat-completions"),
            BodyKind.Messages => ("createPresetsMessages", "an Anthropic Messages"),
            _ => ("createPresetsResponses", "a Responses"),
        };
        return new RouteDoc(id, Presets, $"Create a preset from {name} request body",
            "Creates the preset, or a new version of it, which becomes the designated one. What a preset keeps is stored with the JSON text it came with; "
            + "the rest is ignored and named in X-Ignored-Fields. It is durable before the answer.")
        {
            Answer = "GetPresetResponse",
            Body = kind,
            Parameters = ["slug"],
            IsIdempotent = true,
            Errors = [400, 409, 413, 415, 422],
        };
    }
}
