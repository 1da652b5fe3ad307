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
}
