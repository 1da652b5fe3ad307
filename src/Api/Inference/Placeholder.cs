using System.Text.Json;

namespace Presets.Api;

public sealed class PresetResolver(IPresets presets)
{
    public async ValueTask<PresetPart> ResolveAsync(HttpContext context, ApiKey caller, InferenceRequest request)
    {
        var slug = request.Reference!.Slug;
        var found = await presets.GetAsync(new PresetName(caller.WorkspaceId, slug), context.RequestAborted)
            ?? throw new Refusal(RefusalCode.NotFound, $"Preset \"{slug}\" not found.");
        using var json = JsonDocument.Parse(found.Body);
        var version = json.RootElement.GetProperty("data").GetProperty("designated_version");
        var config = System.Text.Encoding.UTF8.GetBytes(version.GetProperty("config").GetRawText());
        return PresetPart.Of(
            new ServedVersion(found.PresetId, slug, version.GetProperty("version").GetInt32(), request.Kind, config, null, null),
            request.Kind);
    }
}
