namespace Presets.Grains;

/// <summary>
/// The references to preset grains. <see cref="IGrainFactory.GetGrain{TGrainInterface}(string, string)"/> finds the
/// types of a reference by reflection at each call, which costs more than a local call itself, so they are taken once
/// from the first reference.
/// </summary>
internal sealed class PresetGrainReferences(IGrainFactory grains)
{
    private ReferenceTypes? types;

    /// <summary>The grain of a preset.</summary>
    public IPresetGrain Of(PresetName name)
    {
        var grainKey = PresetGrainKey.Of(name);
        if (types is { } known)
            return (IPresetGrain)grains.GetGrain(GrainId.Create(known.Grain, IdSpan.Create(grainKey)), known.Interface);

        var first = grains.GetGrain<IPresetGrain>(grainKey);
        types = new(first.GetGrainId().Type, ((GrainReference)first).InterfaceType);
        return first;
    }

    private sealed record ReferenceTypes(GrainType Grain, GrainInterfaceType Interface);
}
