namespace Presets.Grains;

/// <summary>
/// The references to preset grains. <see cref="IGrainFactory.GetGrain{TGrainInterface}(string, string)"/> finds out the types that make a reference by reflection at each
/// call, which costs more than a local call itself, so they are taken once from the first reference.
/// </summary>
public sealed class PresetGrains(IGrainFactory grains)
{
    private ReferenceTypes? types;

    /// <summary>The grain of a preset.</summary>
    public IPresetGrain Of(PresetName key)
    {
        var text = PresetGrainKey.Of(key);
        if (types is { } known)
            return (IPresetGrain)grains.GetGrain(GrainId.Create(known.Grain, IdSpan.Create(text)), known.Interface);

        var first = grains.GetGrain<IPresetGrain>(text);
        types = new(first.GetGrainId().Type, ((GrainReference)first).InterfaceType);
        return first;
    }

    private sealed record ReferenceTypes(GrainType Grain, GrainInterfaceType Interface);
}
