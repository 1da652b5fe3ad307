
namespace Presets.Api;

/// <summary>What the OpenAPI document says of a route beyond its method and path.</summary>
/// <param name="Id">The operation's id, the one of the OpenRouter document where it has the route.</param>
internal sealed record RouteDoc(string Id, string Tag, string Summary, string Description)
{
    /// <summary>The statuses of its refusals but for those of <see cref="NeedsKey"/>.</summary>
    public int[] Errors { get; init; } = [];

    /// <summary>The status of its answer.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The name of its answer's schema among the components.</summary>
    public required string Answer { get; init; }

    /// <summary>The name of its body's schema among the components; null when it has none.</summary>
    public string? Request { get; init; }

    /// <summary>The inference request it takes; null for any other.</summary>
    public BodyKind? Body { get; init; }

    /// <summary>Parameters of the path and of the query, by the names of <see cref="ParameterDocs"/>.</summary>
    public string[] Parameters { get; init; } = [];

    /// <summary>Whether it wants a key, and so refuses with 401, 403, 500 and 503.</summary>
    public bool NeedsKey { get; init; } = true;

    /// <summary>Whether every kind of key may use it, so that it never refuses with 403.</summary>
    public bool AnyKey { get; init; }

    /// <summary>Whether it takes <c>Idempotency-Key</c>.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Whether it may answer with <c>X-Ignored-Fields</c>.</summary>
    public bool NamesIgnored => Request is not null || Body is not null;
}
