namespace Presets.Api;

/// <summary>
/// Finds the presets that reads are about: an archived one only when the query asks for it. Source: the contract,
/// "Changing a preset".
/// </summary>
internal static class PresetReads
{
    /// <summary>The preset that the path names.</summary>
    /// <exception cref="Refusal">
    /// As <see cref="FaultOf"/> and <see cref="PresetWorkspace.NameOf"/>; <see cref="RefusalCode.Unavailable"/>.
    /// </exception>
    public static async ValueTask<PresetSnapshot> FindAsync(
        HttpContext context, ApiKey caller, PresetWorkspace workspace, IPresets presets)
    {
        var preset = await presets.GetAsync(workspace.NameOf(context, caller), context.RequestAborted);
        return FaultOf(context.Request, preset) is { } fault ? throw fault : preset!;
    }

    /// <summary>There is no such preset in the workspace.</summary>
    public static Refusal NotFound() => new(RefusalCode.NotFound, "There is no preset with this slug.");

    /// <summary>Why a read of one preset does not find it; null when it does.</summary>
    /// <param name="preset">The preset; null when there is none.</param>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static Refusal? FaultOf(HttpRequest request, PresetSnapshot? preset)
    {
        // Most requests have no query, and reading it costs an allocation.
        var showsArchived =
            request.QueryString.HasValue && StatusQuery.Of(request).Contains(PresetStatus.Archived);
        return preset switch
        {
            null => NotFound(),
            { Status: PresetStatus.Archived } when !showsArchived => new(
                RefusalCode.ArchivedNotFound,
                $"The preset is archived; {StatusQuery.Parameter}=archived shows it."),
            _ => null,
        };
    }
}
