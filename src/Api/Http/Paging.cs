using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Primitives;

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
        new(OffsetOf(request), (int)Number(request, "limit", DefaultLimit, 1, MaxLimit));

    /// <summary>How many entries to skip; 0 when it is not said.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static long OffsetOf(HttpRequest request) => Number(request, "offset", 0, 0, long.MaxValue);

    /// <inheritdoc/>
    public static ValueTask<Paging?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(Of(context.Request));

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new QueryDoc("offset", "limit"));

    /// <summary>A parameter's only value; null when it is absent or empty.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>: given more than once.</exception>
    public static string? Text(HttpRequest request, string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
            throw new Refusal(RefusalCode.InvalidParameter, $"{name} may be given once.", name);
        return StringValues.IsNullOrEmpty(values) ? null : values[0];
    }

    private static long Number(HttpRequest request, string name, long absent, long least, long most)
    {
        if (Text(request, name) is not { } text)
            return absent;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most)
        {
            return number;
        }

        var range = most == long.MaxValue ? $"{least} or more" : $"{least} to {most}";
        throw new Refusal(RefusalCode.InvalidParameter, $"{name} must be a whole number, {range}.", name);
    }
}
