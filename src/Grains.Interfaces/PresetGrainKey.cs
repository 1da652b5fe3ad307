namespace Presets.Grains;

/// <summary>The key of a <see cref="IPresetGrain"/>.</summary>
public static class PresetGrainKey
{
    private const int IdLength = 32;

    /// <summary>The grain key of a preset.</summary>
    public static string Of(PresetName name) =>
        string.Create(
            IdLength + 1 + name.Slug.Length,
            name,
            static (text, preset) =>
            {
                preset.WorkspaceId.TryFormat(text, out _, "N");
                text[IdLength] = '/';
                preset.Slug.CopyTo(text[(IdLength + 1)..]);
            });

    /// <summary>The grain of a preset.</summary>
    public static IPresetGrain GetPreset(this IGrainFactory grains, PresetName name) =>
        grains.GetGrain<IPresetGrain>(Of(name));

    /// <summary>The preset of a grain key.</summary>
    public static PresetName Parse(string grainKey) =>
        new(Guid.ParseExact(grainKey.AsSpan(0, IdLength), "N"), grainKey[(IdLength + 1)..]);
}
