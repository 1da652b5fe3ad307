namespace Presets.Api;

/// <summary>
/// Finds the preset and the version that an inference request refers to, from memory: the designated version in the
/// preset's own answer, every other in a cache of versions, which never change. A purged preset's versions are not
/// found, because its id is asked for first.
/// </summary>
internal sealed class PresetResolver(
    IPresets presets,
    IPresetStore store,
    PresetWorkspace workspace,
    ClockEviction eviction,
    PresetsOptions options)
{
    // About what a part takes beside the texts of its version.
    private const int Overhead = 2048;

    private readonly WeighedCache<PartKey, PresetPart> parts = new(eviction);

    /// <summary>
    /// The version that a request refers to, ready to be merged with it. Completes at once for one that is in memory.
    /// </summary>
    /// <param name="request">A request with a <see cref="InferenceRequest.Reference"/>.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.NotFound"/>: there is no such preset, version or label;
    /// <see cref="RefusalCode.ArchivedNotFound"/>, <see cref="RefusalCode.DisabledForbidden"/>,
    /// <see cref="RefusalCode.InvalidParameter"/>, <see cref="RefusalCode.Unavailable"/>.
    /// </exception>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public ValueTask<PresetPart> ResolveAsync(HttpContext context, ApiKey caller, InferenceRequest request)
    {
        var reference = request.Reference!;
        var name = new PresetName(workspace.Of(context, caller), reference.Slug);
        // No token: the read is shared with others who ask for the same preset.
        var found = presets.GetCopyAsync(name, options.CopyMaxAge, CancellationToken.None);
        return found.IsCompletedSuccessfully
            ? PartOf(found.Result, reference, request.Kind)
            : AwaitAsync(found, reference, request.Kind);
    }

    private async ValueTask<PresetPart> AwaitAsync(
        ValueTask<PresetSnapshot?> preset, PresetReference reference, BodyKind kind) =>
        await PartOf(await preset, reference, kind);

    private ValueTask<PresetPart> PartOf(PresetSnapshot? preset, PresetReference reference, BodyKind kind)
    {
        var (slug, pin) = (reference.Slug, reference.Pin);
        if (preset is null)
            throw NotFound(slug);
        if (preset.Status == PresetStatus.Archived)
            throw new Refusal(RefusalCode.ArchivedNotFound, $"Preset \"{slug}\" is archived.");
        if (preset.Status == PresetStatus.Disabled)
            throw new Refusal(RefusalCode.DisabledForbidden, $"Preset \"{slug}\" is disabled.");
        var number = pin is null ? preset.Version : preset.NumberOf(pin) ?? throw NotFound(slug);

        var key = new PartKey(preset.PresetId, number, kind);
        var known = parts.Find(key);
        // The locks are the preset's, and change while the version does not.
        if (known is not null && known.Version.Locked == preset.Locked)
            return new(known);
        var version = known is not null ? known.Version with { Locked = preset.Locked }
            : number == preset.Version ? ServedVersion.Of(preset, slug)
            : null;
        return version is not null ? new(Keep(key, version)) : LoadAsync(key, slug, preset.Locked);
    }

    private async ValueTask<PresetPart> LoadAsync(PartKey key, string slug, string? locked)
    {
        var versions = await store.ListVersionsAsync(key.PresetId, key.Version, 1, CancellationToken.None);
        // None when the preset was purged meanwhile.
        return versions is [var version] ? Keep(key, ServedVersion.Of(version, slug, locked)) : throw NotFound(slug);
    }

    private PresetPart Keep(PartKey key, ServedVersion version)
    {
        var part = PresetPart.Of(version, key.Kind);
        parts.Set(key, part, Overhead + version.Config.Length + (version.SystemPrompt?.Length ?? 0));
        return part;
    }

    // OpenRouter's text.
    private static Refusal NotFound(string slug) => new(RefusalCode.NotFound, $"Preset \"{slug}\" not found.");

    private readonly record struct PartKey(Guid PresetId, int Version, BodyKind Kind);
}
