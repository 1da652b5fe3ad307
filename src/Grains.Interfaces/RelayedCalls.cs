namespace Presets.Grains;

/// <summary>Calls on their way to the silo of their presets' grains. Members are only ever added.</summary>
/// <param name="From">The silo that gets the replies.</param>
/// <param name="Calls">The calls, in no order that matters.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.RelayedCalls")]
public sealed record RelayedCalls([property: Id(0)] SiloAddress From, [property: Id(1)] RelayedCall[] Calls);

/// <summary>One call.</summary>
/// <param name="Number">Tells the calls of one silo apart.</param>
/// <param name="GrainKey">The preset, as <see cref="PresetGrainKey"/>.</param>
/// <param name="Change">What is to happen; null to read.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.RelayedCall.2")]
public sealed record RelayedCall(
    [property: Id(0)] long Number,
    [property: Id(1)] string GrainKey,
    [property: Id(2)] ChangeMessage? Change);
