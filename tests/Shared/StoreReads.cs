namespace Presets.Testing;

/// <summary>Versions by their preset's name, as a client asks for them.</summary>
internal static class StoreReads
{
    /// <summary>The versions of a preset, oldest first; null when there is no such preset.</summary>
    public static async Task<Page<PresetVersion>?> ListVersionsAsync(
        this IPresetStore store, PresetName name, long offset, int limit, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(name, cancellationToken) is not { Preset: var preset })
            return null;
        var first = (int)Math.Min(offset, preset.LatestVersion) + 1;
        var versions = await store.ListVersionsAsync(preset.Id, first, limit, cancellationToken);
        return new Page<PresetVersion>(versions, preset.LatestVersion);
    }

    /// <summary>One version of a preset; null when it is not there.</summary>
    public static async Task<PresetVersion?> FindVersionAsync(
        this IPresetStore store, PresetName name, int version, CancellationToken cancellationToken) =>
        (await store.ListVersionsAsync(name, version - 1, 1, cancellationToken))?.Items
        .FirstOrDefault(found => found.Version == version);
}
