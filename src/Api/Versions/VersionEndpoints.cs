using System.Buffers;
using System.Globalization;

namespace Presets.Api;

/// <summary>The versions of a preset.</summary>
internal sealed class VersionEndpoints(IPresetStore store, KeyGate gate)
{
    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/presets/{slug}/versions", gate.Require(KeyKind.Ordinary, ListAsync)).WithMetadata(RouteDocs.ListVersions);
        routes.MapGet("/presets/{slug}/versions/{version}", gate.Require(KeyKind.Ordinary, GetAsync)).WithMetadata(RouteDocs.GetVersion);
    }

    private async Task ListAsync(HttpContext context, ApiKey caller)
    {
        var key = PresetEndpoints.NameOf(context, caller);
        var page = await store.ListVersionsAsync(key, Paging.Offset(context.Request), Paging.Limit(context.Request), context.RequestAborted)
            ?? throw PresetEndpoints.NotFound();
        await JsonList.WriteAsync(context, page.Items, page.TotalCount, PresetJson.WriteVersion);
    }

    private async Task GetAsync(HttpContext context, ApiKey caller)
    {
        var key = PresetEndpoints.NameOf(context, caller);
        var version = await FindAsync(key, (string)context.Request.RouteValues["version"]!, context.RequestAborted)
            ?? throw new Refusal(RefusalCode.NotFound, "There is no such preset, or it has no version with this number.");
        var json = new ArrayBufferWriter<byte>(version.Config.Length + 512);
        json.Write("{\"data\":"u8);
        PresetJson.WriteVersion(json, version);
        json.Write("}"u8);
        await JsonAnswer.Write(context, StatusCodes.Status200OK, json.WrittenMemory);
    }

    private async Task<PresetVersion?> FindAsync(PresetName key, string version, CancellationToken cancellationToken)
    {
        if (version.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw new Refusal(RefusalCode.InvalidParameter, "A version is named by its number.", "version");
        return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? await store.FindVersionAsync(key, number, cancellationToken)
            : null;
    }
}
