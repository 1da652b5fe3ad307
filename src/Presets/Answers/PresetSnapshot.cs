using System.Globalization;
using System.Text.Json;

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
    Range? SystemPromptRange)
{
    /// <summary>The number of its newest version.</summary>
    public int LatestVersion { get; init; }

    /// <summary>The labels of its versions.</summary>
    public LabelSet Labels { get; init; } = LabelSet.None;

    /// <summary>A JSON array of the paths that requests cannot override; null when there is none.</summary>
    public string? Locked { get; init; }

    /// <summary>The kind of request that the designated version was made from; null when it is not known.</summary>
    public BodyKind? Kind { get; init; }

    /// <summary>Names the state that it shows.</summary>
    public EntityTag Tag => new(PresetId, Revision);

    /// <summary>The designated version's config.</summary>
    public ReadOnlyMemory<byte> Config => Body[ConfigRange];

    /// <summary>The number of the version that a number or a label names; null when the preset has none.</summary>
    public int? NumberOf(string version) => version switch
    {
        "latest" => LatestVersion,
        "designated" => Version,
        _ when int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            number >= 1 && number <= LatestVersion ? number : null,
        _ => Labels.Find(version)?.Version,
    };

    /// <summary>The designated version's system prompt as UTF-8, not escaped; null when there is none.</summary>
    public ReadOnlyMemory<byte>? ReadSystemPrompt()
    {
        if (SystemPromptRange is not { } range)
            return null;
        var (start, length) = range.GetOffsetAndLength(Body.Length);
        var reader = new Utf8JsonReader(Body.Span.Slice(start - 1, length + 2));
        reader.Read();
        var text = new byte[length];
        return text.AsMemory(0, reader.CopyString(text));
    }
}
