namespace Presets.Api.Tests;

/// <summary>A write on a preset route, as every such route can be tested with.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the preset's, with its query.</param>
/// <param name="Body">The body; null when there is none.</param>
/// <param name="Other">A body that asks for something else; null when there is none.</param>
/// <param name="Status">The status when it is done.</param>
public sealed record WriteRoute(string Method, string Path, string? Body, string? Other, int Status = 200)
{
    /// <summary>
    /// Writes that follow each other on a preset with two versions: each changes it, a purge last.
    /// </summary>
    public static readonly IReadOnlyList<WriteRoute> All =
    [
        new("POST", "/chat/completions", """{"messages":[{"role":"user"}]}""", """{"messages":[{"role":"x"}]}"""),
        new("POST", "/messages", """{"model":"m","messages":[]}""", """{"model":"n","messages":[]}"""),
        new("POST", "/responses", """{"model":"m"}""", """{"model":"n"}"""),
        new("POST", "/versions", """{"config":{"model":"m"}}""", """{"config":{"model":"n"}}"""),
        new("PATCH", "", """{"name":"N","designated_version":1,"locked":["model"]}""", """{"name":"O"}"""),
        new("PUT", "/labels/live", """{"version":1,"protected":true}""", """{"version":2}"""),
        new("DELETE", "/labels/live", null, null, 204),
        new("PATCH", "", """{"status":"disabled"}""", "{}"),
        new("PATCH", "", """{"status":"active"}""", "{}"),
        new("DELETE", "", null, null),
        new("POST", "/restore", "", null),
        new("DELETE", "?dry_run=false", null, null),
        new("DELETE", "?purge=true", null, null),
    ];

    /// <summary>Whether it is a create, which a management key may not do.</summary>
    public bool IsCreate => Body is not null && Method == "POST" && Path != "/restore";

    /// <summary>Whether it removes the preset for good.</summary>
    public bool IsPurge => Path == "?purge=true";

    /// <summary>Sends it with a key that may do it.</summary>
    /// <param name="query">A further parameter of the query.</param>
    /// <param name="body">Another body than its own.</param>
    public Task<Answer> SendAsync(
        ApiHost host, string slug, string query = "", string? body = null, params (string Name, string Value)[] headers)
    {
        var path = $"/presets/{slug}{Path}";
        if (query.Length > 0)
            path += (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query;
        return (IsPurge ? host.Management : host.Client)
            .SendAsync(HttpMethod.Parse(Method), path, body ?? Body, headers);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path} {Body}";
}
