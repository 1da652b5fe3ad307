namespace Presets.Api.Tests;

/// <summary>Who may use a route. Source: the contract, "Scopes".</summary>
/// <param name="Ordinary">Whether it takes ordinary keys.</param>
/// <param name="Management">Whether it takes management keys.</param>
/// <param name="AnyOf">Sets of scopes. An ordinary key needs one of them; none when it needs no scope.</param>
internal sealed record Access(bool Ordinary, bool Management, params KeyScopes[] AnyOf)
{
    /// <summary>Every key, whatever its scopes.</summary>
    public static readonly Access Every = new(true, true);

    /// <summary>Management keys alone.</summary>
    public static readonly Access Administer = new(false, true);

    /// <summary>What is read of presets, with either kind of key.</summary>
    public static readonly Access Read = new(true, true, KeyScopes.Read);

    /// <summary>What makes versions.</summary>
    public static readonly Access Create = new(true, false, KeyScopes.Write);

    /// <summary>What makes inference requests.</summary>
    public static readonly Access Infer = new(true, false, KeyScopes.Inference);

    /// <summary>What shows an inference request.</summary>
    public static readonly Access Resolve = new(true, false, KeyScopes.Read | KeyScopes.Inference);

    /// <summary>What lists models, with either kind of key.</summary>
    public static readonly Access List = new(true, true, KeyScopes.Read, KeyScopes.Inference);

    /// <summary>Changes of a preset, with either kind of key.</summary>
    public static readonly Access Write = new(true, true, KeyScopes.Write);

    /// <summary>Changes of what is live, with either kind of key.</summary>
    public static readonly Access Promote = new(true, true, KeyScopes.Promote);

    /// <summary>Changes of a preset and of what is live, with either kind of key.</summary>
    public static readonly Access WriteAndPromote = new(true, true, KeyScopes.Write | KeyScopes.Promote);

    /// <summary>Changes that either scope is for, with either kind of key.</summary>
    public static readonly Access WriteOrPromote = new(true, true, KeyScopes.Write, KeyScopes.Promote);

    /// <summary>Whether it lets an ordinary key with these scopes in.</summary>
    public bool Admits(KeyScopes scopes) => AnyOf is [] || AnyOf.Any(needed => scopes.HasFlag(needed));
}

/// <summary>
/// A request on a route, and who may make it. A route has a row for each thing that it takes another scope for.
/// </summary>
/// <param name="Pattern">
/// The pattern of the route. In it, and in the body, <c>{slug}</c> becomes a slug: for a write that of a new preset, so
/// that no row disturbs another. The other names become something that is not there.
/// </param>
/// <param name="Status">The status when the key may make the request.</param>
/// <param name="Query">The query, without its question mark.</param>
/// <param name="Type">The type of the body.</param>
internal sealed record RouteAccess(
    string Method,
    string Pattern,
    Access Access,
    int Status,
    string? Body = null,
    string Query = "",
    string Type = "application/json")
{
    /// <summary>The table.</summary>
    public static readonly IReadOnlyList<RouteAccess> All =
    [
        new("GET", "/presets", Access.Read, 200),
        new("GET", "/presets/{slug}", Access.Read, 200),
        new("GET", "/presets/{slug}/versions", Access.Read, 200),
        new("GET", "/presets/{slug}/versions/{version}", Access.Read, 200),
        new("POST", "/presets/{slug}/chat/completions", Access.Create, 200, """{"messages":[{"role":"user"}]}"""),
        new("POST", "/presets/{slug}/messages", Access.Create, 200, """{"model":"m","messages":[]}"""),
        new("POST", "/presets/{slug}/v1/messages", Access.Create, 200, """{"model":"m","messages":[]}"""),
        new("POST", "/presets/{slug}/responses", Access.Create, 200, "{}"),
        new("POST", "/presets/{slug}/versions", Access.Create, 200, """{"config":{"model":"m"}}"""),
        new("PATCH", "/presets/{slug}", Access.WriteOrPromote, 200, "{}"),
        new("PATCH", "/presets/{slug}", Access.Write, 200, """{"name":"N"}"""),
        new("PATCH", "/presets/{slug}", Access.Write, 200, """{"description":null}"""),
        new("PATCH", "/presets/{slug}", Access.Promote, 200, """{"status":"disabled"}"""),
        new("PATCH", "/presets/{slug}", Access.Promote, 200, """{"designated_version":1}"""),
        new("PATCH", "/presets/{slug}", Access.Promote, 200, """{"locked":["model"]}"""),
        new("PATCH", "/presets/{slug}", Access.WriteAndPromote, 200, """{"name":"N","locked":[]}"""),
        new("DELETE", "/presets/{slug}", Access.Promote, 200),
        new("DELETE", "/presets/{slug}", new(false, true, KeyScopes.Promote), 409, Query: "purge=true"),
        new("POST", "/presets/{slug}/restore", Access.Promote, 200),
        new("GET", "/presets/{slug}/labels", Access.Read, 200),
        new("PUT", "/presets/{slug}/labels/{label}", Access.WriteOrPromote, 200, """{"version":1}"""),
        new("PUT", "/presets/{slug}/labels/{label}", Access.WriteOrPromote, 200, """{"version":1,"protected":false}"""),
        new("PUT", "/presets/{slug}/labels/{label}", Access.Promote, 200, """{"version":1,"protected":true}"""),
        new("DELETE", "/presets/{slug}/labels/{label}", Access.WriteOrPromote, 404),
        new("GET", "/presets/{slug}/diff", Access.Read, 200),
        new("GET", "/presets/{slug}/history", Access.Read, 200),
        new("GET", "/presets/{slug}/usage", Access.Read, 200),
        new("GET", "/history", Access.Read, 200),
        new("GET", "/export", Access.Read, 200),
        new("POST", "/import", Access.WriteAndPromote, 200, "", Type: "application/x-ndjson"),
        // The node has no upstream.
        new("POST", "/chat/completions", Access.Infer, 404, "{}"),
        new("POST", "/messages", Access.Infer, 404, "{}"),
        new("POST", "/messages/count_tokens", Access.Infer, 404, "{}"),
        new("POST", "/responses", Access.Infer, 404, "{}"),
        new("POST", "/resolve/chat/completions", Access.Resolve, 200, """{"model":"@preset/{slug}","messages":[]}"""),
        new("POST", "/resolve/messages", Access.Resolve, 200, """{"model":"@preset/{slug}","messages":[]}"""),
        new("POST", "/resolve/responses", Access.Resolve, 200, """{"model":"@preset/{slug}","input":"x"}"""),
        new("GET", "/models", Access.List, 200),
        new("GET", "/models/user", Access.List, 200),
        new("GET", "/models/count", Access.List, 200),
        new("GET", "/key", Access.Every, 200),
        new("GET", "/keys", Access.Administer, 200),
        new("POST", "/keys", Access.Administer, 201, """{"name":"k"}"""),
        new("GET", "/keys/{hash}", Access.Administer, 404),
        new("PATCH", "/keys/{hash}", Access.Administer, 404, "{}"),
        new("DELETE", "/keys/{hash}", Access.Administer, 404),
        new("GET", "/workspaces", Access.Administer, 200),
        new("POST", "/workspaces", Access.Administer, 201, """{"name":"W","slug":"{slug}"}"""),
        new("GET", "/workspaces/{id}", Access.Administer, 404),
        new("PATCH", "/workspaces/{id}", Access.Administer, 404, "{}"),
        new("DELETE", "/workspaces/{id}", Access.Administer, 404),
    ];

    /// <summary>Whether it is about presets, so that it takes <c>workspace_id</c>.</summary>
    public bool IsOfPresets =>
        !Pattern.StartsWith("/key", StringComparison.Ordinal)
        && !Pattern.StartsWith("/workspaces", StringComparison.Ordinal);

    /// <summary>Whether its requests need a preset of their own.</summary>
    public bool NeedsNewPreset =>
        IsOfPresets && Method != "GET" && Pattern.Contains("{slug}", StringComparison.Ordinal);

    /// <summary>The request, on a preset.</summary>
    /// <param name="more">A further parameter of the query.</param>
    public HttpRequestMessage ToRequest(Uri url, string slug, string more = "")
    {
        var path = Pattern.Replace("{slug}", slug, StringComparison.Ordinal)
            .Replace("{version}", "1", StringComparison.Ordinal)
            .Replace("{hash}", new string('0', 64), StringComparison.Ordinal)
            .Replace("{id}", "none", StringComparison.Ordinal)
            .Replace("{label}", "live", StringComparison.Ordinal);
        var query = string.Join('&', new[] { Query, more }.Where(part => part.Length > 0));
        return new HttpRequestMessage(HttpMethod.Parse(Method), new Uri(url, $"/api/v1{path}?{query}"))
        {
            Content = Body is null
                ? null
                : new StringContent(Body.Replace("{slug}", slug, StringComparison.Ordinal), null, Type),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Pattern}{(Query.Length > 0 ? "?" : "")}{Query} {Body}";
}
