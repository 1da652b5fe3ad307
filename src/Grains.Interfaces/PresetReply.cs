namespace Presets.Grains;

/// <summary>
/// The answer of a <see cref="IPresetGrain"/>: the preset, nothing, or a refusal. A refusal travels as data, so its
/// code survives whatever the nodes' releases know of each other's exceptions. Members are only ever added.
/// </summary>
/// <param name="Preset">Null when there is no such preset, or on a refusal.</param>
/// <param name="Silo">The silo that answered: where the next call will be served.</param>
/// <param name="Version">The version that a change made or found.</param>
/// <param name="RefusalTag">The entity tag of the state that refused.</param>
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
    [property: Id(5)] string? RefusalField,
    [property: Id(6)] int? Version = null,
    [property: Id(7)] bool Skipped = false,
    [property: Id(8)] string? RefusalTag = null)
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
    public static PresetReply Of(PresetSnapshot? snapshot, SiloAddress silo) => Of(new ChangeAnswer(snapshot), silo);

    /// <summary>The answer to a change.</summary>
    public static PresetReply Of(ChangeAnswer answer, SiloAddress silo) =>
        new(
            answer.Preset is { } snapshot ? SnapshotMessage.Of(snapshot) : null,
            answer.Replayed,
            silo,
            null,
            null,
            null,
            answer.Version,
            answer.Skipped);

    /// <summary>A refusal.</summary>
    public static PresetReply Of(Refusal refusal, SiloAddress silo) =>
        new(
            null,
            false,
            silo,
            refusal.Code.ToString(),
            refusal.Message,
            refusal.Field,
            RefusalTag: refusal.Current?.ToString());

    /// <summary>The answer; its preset is null when there is none.</summary>
    /// <exception cref="Refusal">
    /// The grain refused; a code that this release does not know counts as unavailable.
    /// </exception>
    public ChangeAnswer ToAnswer()
    {
        if (RefusalCode is not null)
            throw new Refusal(
                Enum.TryParse<RefusalCode>(RefusalCode, out var code) ? code : Presets.RefusalCode.Unavailable,
                RefusalMessage ?? "",
                RefusalField,
                current: EntityTag.TryParse(RefusalTag, out var tag) ? tag : null);
        return new(Preset?.ToSnapshot(), Version, Replayed, Skipped);
    }
}
