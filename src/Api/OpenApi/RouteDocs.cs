namespace Presets.Api;

/// <summary>What a route reads from its body: a record, or a request for a version.</summary>
internal sealed record RequestDoc
{
    public RequestDoc(Type record, string contentType = "application/json")
    {
        Record = record;
        ContentType = contentType;
    }

    public RequestDoc(BodyKind? kind) => Kind = kind;

    /// <summary>The record; null for a request for a version.</summary>
    public Type? Record { get; }

    /// <summary>The type of the body.</summary>
    public string ContentType { get; } = "application/json";

    /// <summary>The kind of inference request; null for a configuration or a record.</summary>
    public BodyKind? Kind { get; }
}

/// <summary>The query parameters of a route, by the names of <see cref="ParameterDocs"/>.</summary>
internal sealed record QueryDoc(params string[] Names);

/// <summary>Says of a read that it answers an entity tag, and 304 to a client that has it.</summary>
internal sealed record TaggedDoc;

/// <summary>Says of a route that it forwards requests, and answers as the upstream does.</summary>
internal sealed record ForwardedDoc;

/// <summary>A status that a route answers beside those that follow from its key, its body and its parameters.</summary>
internal sealed record RefusalDoc(int Status);

/// <summary>What routes and groups say of themselves.</summary>
internal static class RouteDocs
{
    /// <summary>Says which keys the routes take, and makes the <see cref="KeyGate"/> demand one.</summary>
    /// <param name="anyOf">
    /// Sets of scopes. An ordinary key needs all scopes of one of them; none when it needs no scope.
    /// </param>
    public static TBuilder RequireKey<TBuilder>(this TBuilder routes, KeyKind kind, params KeyScopes[] anyOf)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new RequiredKey(kind, anyOf));

    /// <summary>
    /// Says that the route refuses with a status that cannot be told from its key, body and parameters.
    /// </summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder route, int status)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RefusalDoc(status));
}
