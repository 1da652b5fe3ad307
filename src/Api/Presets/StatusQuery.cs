namespace Presets.Api;

/// <summary>
/// The parameter <c>status</c> of reads: which presets are meant. Left out, archived presets are not there.
/// </summary>
internal static class StatusQuery
{
    /// <summary>The name of the parameter.</summary>
    public const string Parameter = "status";

    /// <summary>What it may be.</summary>
    public static readonly IReadOnlyList<string> Names = ["active", "disabled", "archived", "all"];

    /// <summary>The statuses that are asked for.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static IReadOnlyList<PresetStatus> Of(HttpRequest request) => Query.Text(request, Parameter) switch
    {
        null => [PresetStatus.Active, PresetStatus.Disabled],
        "active" => [PresetStatus.Active],
        "disabled" => [PresetStatus.Disabled],
        "archived" => [PresetStatus.Archived],
        "all" => [PresetStatus.Active, PresetStatus.Disabled, PresetStatus.Archived],
        _ => throw new Refusal(
            RefusalCode.InvalidParameter, $"{Parameter} must be one of {string.Join(", ", Names)}.", Parameter),
    };

    /// <summary>
    /// The preset for a read of it, or of what belongs to it. An archived one is only there when <c>status</c> asks for
    /// archived presets; one of another status is there whatever it asks for.
    /// </summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.NotFound"/>, <see cref="RefusalCode.PresetArchived"/>,
    /// <see cref="RefusalCode.InvalidParameter"/>.
    /// </exception>
    public static async ValueTask<PresetSnapshot> ReadAsync(this IPresets presets, HttpContext context, PresetName name)
    {
        var statuses = Of(context.Request);
        var preset = await presets.GetAsync(name, context.RequestAborted) ?? throw PresetEndpoints.NotFound();
        return preset.Status != PresetStatus.Archived || statuses.Contains(PresetStatus.Archived)
            ? preset
            : throw new Refusal(
                RefusalCode.PresetArchived, $"Preset \"{name.Slug}\" is archived; ?{Parameter}=archived shows it.");
    }
}
