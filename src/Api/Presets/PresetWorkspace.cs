namespace Presets.Api;

/// <summary>
/// Which workspace a request on a preset route is about: what <c>workspace_id</c> names in the query or the body. An
/// ordinary key sees its own alone; a management key sees all, and means the default one when it names none.
/// </summary>
internal sealed class PresetWorkspace(FirstStart start)
{
    /// <summary>The name of the query parameter, and of the member of a body.</summary>
    public const string Parameter = "workspace_id";

    /// <summary>The preset that the path names, in the workspace that the request is about.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidSlug"/>, <see cref="RefusalCode.InvalidParameter"/>,
    /// <see cref="RefusalCode.NotFound"/>.
    /// </exception>
    public PresetName NameOf(HttpContext context, ApiKey caller)
    {
        var slug = SlugOf(context);
        return new PresetName(Of(context, caller), slug);
    }

    /// <summary>The slug that the path names.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidSlug"/>.</exception>
    public static string SlugOf(HttpContext context)
    {
        var slug = (string)context.Request.RouteValues["slug"]!;
        return Slug.IsValid(slug)
            ? slug
            : throw InvalidSlug();
    }

    /// <summary>What was given as a slug is none.</summary>
    public static Refusal InvalidSlug() =>
        new(RefusalCode.InvalidSlug, $"A slug has 1 to {Slug.MaxLength} of A-Z a-z 0-9 . _ ~ -", "slug");

    /// <summary>The workspace that the request is about. It need not exist.</summary>
    /// <param name="inBody">The workspace that the body names, or null.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidParameter"/>: not a UUID, or the query and the body disagree.
    /// <see cref="RefusalCode.NotFound"/>: an ordinary key names another workspace than its own.
    /// </exception>
    public Guid Of(HttpContext context, ApiKey caller, Guid? inBody = null)
    {
        // Most requests have no query, and reading it costs an allocation.
        var inQuery = context.Request.QueryString.HasValue ? InQuery(context.Request) : null;
        if (inQuery is not null && inBody is not null && inQuery != inBody)
        {
            throw new Refusal(
                RefusalCode.InvalidParameter, $"{Parameter} is not the same in the query and the body.", Parameter);
        }

        var named = inQuery ?? inBody;
        if (caller.IsManagement)
            return named ?? start.DefaultWorkspaceId;
        return named is null || named == caller.WorkspaceId
            ? caller.WorkspaceId
            : throw new Refusal(RefusalCode.NotFound, "The key has no such workspace.", Parameter);
    }

    private static Guid? InQuery(HttpRequest request) =>
        Query.Text(request, Parameter) is not { } text ? null
        : Guid.TryParseExact(text, "D", out var id) ? id
        : throw new Refusal(RefusalCode.InvalidParameter, $"{Parameter} must be a UUID.", Parameter);
}
