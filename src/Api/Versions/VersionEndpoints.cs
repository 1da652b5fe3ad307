using System.Buffers;
using System.Globalization;

namespace Presets.Api;

/// <summary>The versions of a preset. A page of them may be large, so they are written as bytes.</summary>
internal static class VersionEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapVersions(this IEndpointRouteBuilder routes)
    {
        var versions = routes.MapGroup("/presets/{slug}/versions").RequireKey(KeyKind.Any).WithTags("Presets")
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter));
        versions.MapGet("", ListAsync).WithName("listPresetVersions").Produces<Listing<VersionResponse>>();
        versions.MapGet("{version}", GetAsync).WithName("getPresetVersion").Produces<Single<VersionResponse>>();
    }

    /// <summary>List versions of a preset</summary>
    /// <remarks>The versions of a preset, oldest first.</remarks>
    internal static async Task ListAsync(
        HttpContext context, Caller caller, Paging paging, PresetWorkspace workspace, IPresetStore store)
    {
        var preset = workspace.NameOf(context, caller.Key);
        var page = await store.ListVersionsAsync(preset, paging.Offset, paging.Limit, context.RequestAborted)
            ?? throw PresetEndpoints.NotFound();
        await JsonList.WriteAsync(context, page.Items, page.TotalCount, PresetJson.WriteVersion);
    }

    /// <summary>Get a specific version of a preset</summary>
    /// <remarks>One version of a preset, by its number.</remarks>
    internal static async Task GetAsync(
        HttpContext context, Caller caller, string version, PresetWorkspace workspace, IPresetStore store)
    {
        var preset = workspace.NameOf(context, caller.Key);
        if (version.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw new Refusal(RefusalCode.InvalidParameter, "A version is named by its number.", "version");
        var found = int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? await store.FindVersionAsync(preset, number, context.RequestAborted)
            : null;
        if (found is null)
        {
            throw new Refusal(
                RefusalCode.NotFound, "There is no such preset, or it has no version with this number.");
        }

        var json = new ArrayBufferWriter<byte>(found.Config.Length + 512);
        json.Write("{\"data\":"u8);
        PresetJson.WriteVersion(json, found);
        json.Write("}"u8);
        await JsonAnswer.Write(context, StatusCodes.Status200OK, json.WrittenMemory);
    }
}
