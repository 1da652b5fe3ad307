using System.Buffers;

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
    string? Locked)
{
    /// <summary>The names of the variables in the system prompt, each once, in their order.</summary>
    public IReadOnlyList<string> Variables => SystemPrompt is { } prompt ? PromptVariables.NamesIn(prompt) : [];

    /// <summary>The designated version of a preset; shares its bytes.</summary>
    public static ServedVersion Of(PresetSnapshot preset, string slug) => new(
        preset.PresetId,
        slug,
        preset.Version,
        preset.Kind ?? ConfigKind.Of(preset.Config),
        preset.Config,
        preset.SystemPromptRange is { } range ? preset.Body[range] : default(ReadOnlyMemory<byte>?),
        preset.Locked);

    /// <summary>Any version of a preset.</summary>
    /// <param name="locked">The locks of the preset.</param>
    public static ServedVersion Of(PresetVersion version, string slug, string? locked) => new(
        version.PresetId,
        slug,
        version.Version,
        version.Body ?? ConfigKind.Of(version.Config),
        version.Config,
        version.SystemPrompt is { } prompt ? Escape(prompt.Span) : default(ReadOnlyMemory<byte>?),
        locked);

    private static ReadOnlyMemory<byte> Escape(ReadOnlySpan<byte> text)
    {
        var json = new ArrayBufferWriter<byte>(text.Length + 64);
        PresetJson.WriteText(json, text);
        return json.WrittenMemory[1..^1];
    }
}
