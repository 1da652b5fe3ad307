using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

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
        var from = before?.Version.ToString(CultureInfo.InvariantCulture) ?? "null";
        json.Write(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $",\"diff\":{{\"from\":{from},\"to\":{answer.Version},")));
        json.Write("\"changes\":"u8);
        ConfigDiff.Write(json, ConfigDiff.Compare(before?.Config ?? "{}"u8.ToArray(), append.Config));
        json.Write(",\"system_prompt\":"u8);
        var prompts = PromptDiff.Compare(before?.ReadSystemPrompt(), append.SystemPrompt);
        json.Write(prompts is null ? "null"u8 : JsonSerializer.SerializeToUtf8Bytes(prompts, ApiJson.Instance.String));
        json.Write("}}"u8);
        return json.WrittenMemory;
    }
}
