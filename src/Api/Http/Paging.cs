using System.Reflection;

namespace Presets.Api;

/// <summary>
/// The part of a list that a request asks for; binds to a handler's parameter. An empty value is absent.
/// </summary>
internal sealed record Paging(long Offset, int Limit)
    : IBindableFromHttpContext<Paging>, IEndpointParameterMetadataProvider
{
    /// <summary>The length of a page that is not asked for by length.</summary>
    public const int DefaultLimit = 50;

    /// <summary>The longest page.</summary>
    public const int MaxLimit = 100;

    /// <summary>The part that a request asks for.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static Paging Of(HttpRequest request) =>
        new(OffsetOf(request), (int)Query.Number(request, "limit", DefaultLimit, 1, MaxLimit));

    /// <summary>How many entries to skip; 0 when it is not said.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static long OffsetOf(HttpRequest request) => Query.Number(request, "offset", 0, 0, long.MaxValue);

    /// <inheritdoc/>
    public static ValueTask<Paging?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(Of(context.Request));

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new QueryDoc("offset", "limit"));
}
