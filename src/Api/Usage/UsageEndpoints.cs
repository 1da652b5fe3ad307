using Microsoft.AspNetCore.Http.HttpResults;

namespace Presets.Api;

/// <summary>How often the versions of a preset were used.</summary>
internal static class UsageEndpoints
{
    /// <summary>The name of the parameter that says how many days are asked for.</summary>
    public const string Days = "days";

    /// <summary>How many days are answered when the request does not say.</summary>
    public const int DefaultDays = 30;

    private const int MostDays = 400;

    /// <summary>Maps the route.</summary>
    public static void MapUsage(this IEndpointRouteBuilder routes)
    {
        var usage = routes.MapGroup("/presets/{slug}/usage").WithTypedAnswers().WithTags("Presets");
        usage.MapGet("", GetAsync).WithName("getPresetUsage").RequireKey(KeyKind.Any, KeyScopes.Read)
            .WithMetadata(new QueryDoc(Days, PresetWorkspace.Parameter, StatusQuery.Parameter));
    }

    /// <summary>Get the use of a preset</summary>
    /// <remarks>
    /// The inference requests that used a preset, by version and day (UTC), newest first, and by the class of the
    /// status that they were answered with. Other nodes add what they have counted every few seconds.
    /// </remarks>
    internal static async Task<Ok<Single<UsageResponse>>> GetAsync(
        HttpContext context,
        Caller caller,
        PresetWorkspace workspace,
        IPresets presets,
        UsageReads usage)
    {
        var preset = await PresetReads.FindAsync(context, caller.Key, workspace, presets);
        var days = (int)Query.Number(context.Request, Days, DefaultDays, 1, MostDays);
        return TypedResults.Ok(new Single<UsageResponse>(
            await usage.ReadAsync(preset.PresetId, days, context.RequestAborted)));
    }
}
