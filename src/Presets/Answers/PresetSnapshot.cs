namespace Presets;

/// <summary>A preset as the bytes of its answer, and what others need to know of them without parsing them.</summary>
/// <param name="Body">The JSON document <c>{"data": preset with designated_version}</c> as UTF-8.</param>
/// <param name="Revision">The revision that <paramref name="Body"/> shows.</param>
/// <param name="Version">The number of the designated version.</param>
/// <param name="ConfigRange">Where the designated version's config stands in <paramref name="Body"/>, verbatim.</param>
/// <param name="SystemPromptRange">
/// Where its system prompt stands, escaped as JSON, without the quotation marks; null when there is none.
/// </param>
public sealed record PresetSnapshot(
    ReadOnlyMemory<byte> Body,
    Guid PresetId,
    long Revision,
    int Version,
    PresetStatus Status,
    Range ConfigRange,
    Range? SystemPromptRange);
