namespace Presets.Grains;

/// <summary>
/// The answer of a <see cref="IPresetGrain"/>: the preset as the bytes that go to the client, nothing, or a refusal. A
/// refusal travels as data, so its code survives whatever the nodes' releases know of each other's exceptions. Members
/// are only ever added.
/// </summary>
/// <param name="Body">The answer's JSON as UTF-8; null when there is no such preset, or on a refusal.</param>
/// <param name="Silo">The silo that answered: where the next call is sent.</param>
/// <param name="RefusalCode">The name of the <see cref="Presets.RefusalCode"/>; null when nothing was refused.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.PresetReply")]
public sealed record PresetReply(
    [property: Id(0)] byte[]? Body,
    [property: Id(1)] Guid PresetId,
    [property: Id(2)] long Revision,
    [property: Id(3)] bool Replayed,
    [property: Id(4)] SiloAddress Silo,
    [property: Id(5)] string? RefusalCode,
    [property: Id(6)] string? RefusalMessage,
    [property: Id(7)] string? RefusalField)
{
    /// <summary>A preset, or that there is none.</summary>
    public static PresetReply Of(PresetAnswer? answer, bool replayed, SiloAddress silo) =>
        answer is null
            ? new(null, Guid.Empty, 0, replayed, silo, null, null, null)
            : new(MessageBytes.Of(answer.Body), answer.PresetId, answer.Revision, replayed, silo, null, null, null);

    /// <summary>A refusal.</summary>
    public static PresetReply Of(Refusal refusal, SiloAddress silo) =>
        new(null, Guid.Empty, 0, false, silo, refusal.Code.ToString(), refusal.Message, refusal.Field);

    /// <summary>The preset, or null when there is none.</summary>
    /// <exception cref="Refusal">
    /// The grain refused; a code that this release does not know counts as unavailable.
    /// </exception>
    public PresetAnswer? ToAnswer()
    {
        if (RefusalCode is null)
            return Body is null ? null : new PresetAnswer(Body, PresetId, Revision);
        var isKnown = Enum.TryParse<RefusalCode>(RefusalCode, out var code);
        throw new Refusal(isKnown ? code : Presets.RefusalCode.Unavailable, RefusalMessage ?? "", RefusalField);
    }
}
