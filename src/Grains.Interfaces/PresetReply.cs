namespace Presets.Grains;

/// <summary>
/// The answer of a <see cref="IPresetGrain"/>: the preset, nothing, or a refusal. A refusal travels as data, so its
/// code survives whatever the nodes' releases know of each other's exceptions. Members are only ever added.
/// </summary>
/// <param name="Preset">Null when there is no such preset, or on a refusal.</param>
/// <param name="Silo">The silo that answered: where the next call will be served.</param>
/// <param name="RefusalCode">The name of the <see cref="Presets.RefusalCode"/>; null when nothing was refused.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.PresetReply.2")]
public sealed record PresetReply(
    [property: Id(0)] SnapshotMessage? Preset,
    [property: Id(1)] bool Replayed,
    [property: Id(2)] SiloAddress Silo,
    [property: Id(3)] string? RefusalCode,
    [property: Id(4)] string? RefusalMessage,
    [property: Id(5)] string? RefusalField)
{
    // Not a code of the domain: what became of the call is not known.
    private const string NoReply = "NoReply";

    /// <summary>Whether the grain gave no reply, so that a change may be stored or not.</summary>
    public bool IsMissing => RefusalCode == NoReply;

    /// <summary>Whether the silo could not do it, and certainly has not; perhaps another one can.</summary>
    public bool IsUnavailable => RefusalCode == nameof(Presets.RefusalCode.Unavailable);

    /// <summary>That the grain gave no reply.</summary>
    public static PresetReply Missing(SiloAddress silo) => new(null, false, silo, NoReply, null, null);

    /// <summary>A preset, or that there is none.</summary>
    public static PresetReply Of(PresetSnapshot? snapshot, bool replayed, SiloAddress silo) =>
        new(snapshot is null ? null : SnapshotMessage.Of(snapshot), replayed, silo, null, null, null);

    /// <summary>A refusal.</summary>
    public static PresetReply Of(Refusal refusal, SiloAddress silo) =>
        new(null, false, silo, refusal.Code.ToString(), refusal.Message, refusal.Field);

    /// <summary>The preset, or null when there is none.</summary>
    /// <exception cref="Refusal">
    /// The grain refused; a code that this release does not know counts as unavailable.
    /// </exception>
    public PresetSnapshot? ToSnapshot()
    {
        if (RefusalCode is not null)
            throw new Refusal(
                Enum.TryParse<RefusalCode>(RefusalCode, out var code) ? code : Presets.RefusalCode.Unavailable,
                RefusalMessage ?? "",
                RefusalField);
        return Preset?.ToSnapshot();
    }
}
