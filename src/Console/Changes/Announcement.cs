using System.Security.Cryptography;

namespace Presets.Console;

/// <summary>What a change would do: it was tried.</summary>
/// <param name="Answer">What would come of it.</param>
public sealed record Announcement(Change Change, ChangeAnswer Answer, IReadOnlyList<EffectLine> Lines)
{
    /// <summary>The version that would be made; null for none.</summary>
    public PresetVersion? Made => Change is not Append append || Answer.Skipped ? null : new(
        append.Id,
        Answer.Preset!.PresetId,
        Answer.Version!.Value,
        Answer.Preset.Revision,
        append.UserId,
        DateTimeOffset.MinValue,
        append.Body,
        append.Config,
        append.SystemPrompt);

    /// <summary>Whether the version that would be made becomes the designated one.</summary>
    public bool Designates => Answer.Preset!.Version == Answer.Version;

    /// <summary>What a form carries of it, so that nothing else is done; empty when nothing was announced.</summary>
    public override string ToString()
    {
        var lines = string.Join('\n', Lines);
        return Change is Append append && lines.Length > 0
            ? $"{lines}\n{Convert.ToHexStringLower(HashOf(append))}"
            : lines;
    }

    private static byte[] HashOf(Append append) => SHA256.HashData(
        [.. append.Config.Span, 0, .. append.SystemPrompt.GetValueOrDefault().Span]);
}
