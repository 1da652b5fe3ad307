namespace Presets;

/// <summary>A version of a preset, with what serving it to requests takes.</summary>
/// <param name="Slug">The slug of its preset.</param>
/// <param name="Version">Its number.</param>
/// <param name="Body">
/// The kind of request it was made from; <see cref="ConfigKind.Of"/> tells it where the version does not.
/// </param>
/// <param name="Config">The stored config, a JSON object as UTF-8.</param>
/// <param name="SystemPrompt">The system text as UTF-8, escaped as JSON, without quotes; null for none.</param>
/// <param name="Locked">A JSON array of the preset's locked paths; null for none.</param>
public sealed record ServedVersion(
    Guid PresetId,
    string Slug,
    int Version,
    BodyKind Body,
    ReadOnlyMemory<byte> Config,
    ReadOnlyMemory<byte>? SystemPrompt,
    string? Locked);
