using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Presets.Api;

/// <summary>
/// The JSON body of a request, as a record; binds to a handler's parameter. What does not fit the record is refused.
/// What the record does not have, or has as <see cref="IgnoredAttribute"/>, is named in the header
/// <c>X-Ignored-Fields</c>.
/// </summary>
internal sealed class JsonBody<T> : IBindableFromHttpContext<JsonBody<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private static readonly JsonTypeInfo<T> Type = (JsonTypeInfo<T>)ApiJson.Instance.GetTypeInfo(typeof(T))!;

    /// <summary>The record. A member that is null or absent is null.</summary>
    public required T Value { get; init; }

    /// <summary>
    /// What the request's <c>Idempotency-Key</c> asks for, on a route that takes one; null without it.
    /// </summary>
    public Idempotency? Idempotency { get; init; }

    /// <summary>The names of the members that were sent as null.</summary>
    public IReadOnlySet<string> Nulls { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether a member was sent as null.</summary>
    public bool IsNull(string name) => Nulls.Contains(name);

    /// <inheritdoc/>
    /// <exception cref="Refusal">The body, its type, its size or a member is not valid.</exception>
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        using var body = await context.RequestServices.GetRequiredService<RequestBodies>().ReadAsync(context);
        using var members = JsonMembers.Parse(body.Bytes);
        var value = members.Read(Type);
        RecordRules.Check(Type, value);
        var idempotency = IdempotencyHeader.Read(context, body.Bytes);
        if (members.Ignored(Type) is { } ignored)
            context.Response.Headers["X-Ignored-Fields"] = ignored;
        return new JsonBody<T> { Value = value, Idempotency = idempotency, Nulls = members.Nulls };
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new RequestDoc(typeof(T)));
}
