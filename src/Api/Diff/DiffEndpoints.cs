using System.Buffers;

namespace Presets.Api;

/// <summary>How two versions of a preset differ. Parts of configs are copied, so it is written as bytes.</summary>
internal static class DiffEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapDiff(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/presets/{slug}/diff", GetAsync).RequireKey(KeyKind.Any, KeyScopes.Read).WithTags("Presets")
            .WithName("getPresetDiff")
            .WithMetadata(new QueryDoc("from", "to", PresetWorkspace.Parameter, StatusQuery.Parameter))
            .Produces<Single<DiffResponse>>();

    /// <summary>Compare two versions of a preset</summary>
    /// <remarks>
    /// The changes that make the config and the system prompt of one version of those of another. The version before
    /// the first is nothing: from is null.
    /// </remarks>
    internal static async Task GetAsync(
        HttpContext context, Caller caller, PresetWorkspace workspace, IPresets presets, IPresetStore store)
    {
        var preset = await PresetReads.FindAsync(context, caller.Key, workspace, presets);
        var to = await FindAsync(NumberOf("to") ?? preset.Version);
        var before = NumberOf("from") ?? to.Version - 1;
        var from = before == 0 ? null : await FindAsync(before);

        var json = new ArrayBufferWriter<byte>(1024);
        json.Write("{\"data\":"u8);
        VersionDiff.Write(
            json,
            from is null ? null : (from.Version, from.Config, from.SystemPrompt),
            (to.Version, to.Config, to.SystemPrompt));
        json.Write("}"u8);
        await JsonAnswer.Write(context, StatusCodes.Status200OK, json.WrittenMemory);

        int? NumberOf(string parameter) => Query.Text(context.Request, parameter) is { } version
            ? VersionEndpoints.NumberOf(preset, version, parameter)
            : null;

        Task<PresetVersion> FindAsync(int number) =>
            VersionEndpoints.FindAsync(store, preset, number, context.RequestAborted);
    }
}
