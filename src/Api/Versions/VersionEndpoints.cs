using System.Buffers;

namespace Presets.Api;

/// <summary>The versions of a preset. A page of them may be large, so they are written as bytes.</summary>
internal static class VersionEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapVersions(this IEndpointRouteBuilder routes)
    {
        var versions = routes.MapGroup("/presets/{slug}/versions")
            .RequireKey(KeyKind.Any, KeyScopes.Read)
            .WithTags("Presets")
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter, StatusQuery.Parameter));
        versions.MapGet("", ListAsync).WithName("listPresetVersions").Produces<Listing<VersionResponse>>();
        versions.MapGet("{version}", GetAsync).WithName("getPresetVersion").Produces<Single<VersionResponse>>();
    }

    /// <summary>List versions of a preset</summary>
    /// <remarks>The versions of a preset, oldest first.</remarks>
    internal static async Task ListAsync(
        HttpContext context,
        Caller caller,
        Paging paging,
        PresetWorkspace workspace,
        IPresets presets,
        IPresetStore store)
    {
        var preset = await PresetReads.FindAsync(context, caller.Key, workspace, presets);
        var first = (int)Math.Min(paging.Offset, preset.LatestVersion) + 1;
        var versions = await store.ListVersionsAsync(
            preset.PresetId,
            first,
            Math.Min(paging.Limit, preset.LatestVersion + 1 - first),
            context.RequestAborted);
        await JsonList.WriteAsync(
            context,
            versions,
            preset.LatestVersion,
            (json, version) => PresetJson.WriteVersion(json, version, preset.Labels));
    }

    /// <summary>Get a specific version of a preset</summary>
    /// <remarks>One version of a preset, by its number or by a label.</remarks>
    internal static async Task GetAsync(
        HttpContext context,
        Caller caller,
        string version,
        PresetWorkspace workspace,
        IPresets presets,
        IPresetStore store)
    {
        var preset = await PresetReads.FindAsync(context, caller.Key, workspace, presets);
        var number = NumberOf(preset, version, "version");
        var found = await FindAsync(store, preset, number, context.RequestAborted);
        var json = new ArrayBufferWriter<byte>(found.Config.Length + 512);
        json.Write("{\"data\":"u8);
        PresetJson.WriteVersion(json, found, preset.Labels);
        json.Write("}"u8);
        await JsonAnswer.Write(context, StatusCodes.Status200OK, json.WrittenMemory);
    }

    /// <summary>The number that a number or a label names.</summary>
    /// <param name="parameter">The parameter that it was given in.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidParameter"/>: it can be neither; <see cref="RefusalCode.NotFound"/>: the preset
    /// has no such version.
    /// </exception>
    public static int NumberOf(PresetSnapshot preset, string version, string parameter)
    {
        if (version.AsSpan().ContainsAnyExceptInRange('0', '9')
            && !Label.Reserved.Contains(version)
            && Label.FaultOf(version) is { } fault)
            throw new Refusal(RefusalCode.InvalidParameter, fault, parameter);
        return preset.NumberOf(version)
            ?? throw new Refusal(RefusalCode.NotFound, $"The preset has no version or label \"{version}\".");
    }

    /// <summary>The version of this number, which the preset has.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.NotFound"/>: the preset was purged meanwhile.</exception>
    public static async Task<PresetVersion> FindAsync(
        IPresetStore store, PresetSnapshot preset, int number, CancellationToken cancellationToken) =>
        (await store.ListVersionsAsync(preset.PresetId, number, 1, cancellationToken)).FirstOrDefault()
        ?? throw PresetReads.NotFound();
}
