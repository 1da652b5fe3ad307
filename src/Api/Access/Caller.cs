using System.Reflection;

namespace Presets.Api;

/// <summary>Who makes a request that the <see cref="KeyGate"/> let through; binds to a handler's parameter.</summary>
internal sealed record Caller(ApiKey Key) : IBindableFromHttpContext<Caller>
{
    /// <summary>The key of a request on a route that requires one.</summary>
    public static ApiKey KeyOf(HttpContext context) => context.Features.Get<ApiKey>()!;

    /// <inheritdoc/>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(new Caller(KeyOf(context)));
}
