using System.Buffers;

namespace Presets.Api;

/// <summary>The answer to a create that is only tried.</summary>
internal static class DryRunAnswer
{
    /// <summary>
    /// The preset as it would be, and beside it the member <c>diff</c>: what makes the new version of the designated
    /// one.
    /// </summary>
    /// <param name="before">The preset as it is; null when there is none, so that everything would be new.</param>
    /// <param name="answer">What would come of the create.</param>
    public static ReadOnlyMemory<byte> Of(PresetSnapshot? before, ChangeAnswer answer, Append append)
    {
        var data = answer.Preset!.Body.Span;
        var json = new ArrayBufferWriter<byte>(data.Length + 1024);
        // The object is left open.
        json.Write(data[..^1]);
        json.Write(",\"diff\":"u8);
        VersionDiff.Write(
            json,
            before is null ? null : (before.Version, before.Config, before.ReadSystemPrompt()),
            (answer.Version!.Value, append.Config, append.SystemPrompt));
        json.Write("}"u8);
        return json.WrittenMemory;
    }
}
