using System.Reflection;

namespace Presets.Api;

/// <summary>Which keys a request lists; binds to a handler's parameter.</summary>
/// <param name="WorkspaceId">Null for the default workspace.</param>
internal sealed record KeyListQuery(Guid? WorkspaceId, bool IncludeDisabled, long Offset)
    : IBindableFromHttpContext<KeyListQuery>, IEndpointParameterMetadataProvider
{
    /// <inheritdoc/>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static ValueTask<KeyListQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var request = context.Request;
        Guid? workspaceId = Query.Text(request, "workspace_id") is not { } text ? null
            : Guid.TryParseExact(text, "D", out var id) ? id
            : throw KeyEndpoints.NoWorkspace();
        var includeDisabled = Query.Flag(request, "include_disabled");
        return new(new KeyListQuery(workspaceId, includeDisabled, Paging.OffsetOf(request)));
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new QueryDoc("include_disabled", "offset", "workspace_id"));
}
