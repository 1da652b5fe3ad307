using System.Buffers;

namespace Presets;

/// <summary>How two versions differ, or a version and what a create would store.</summary>
public static class VersionDiff
{
    private static readonly ReadOnlyMemory<byte> NoConfig = "{}"u8.ToArray();

    /// <summary>
    /// Writes the difference as the object of the contract: <c>from</c>, <c>to</c>, <c>changes</c> and
    /// <c>system_prompt</c>.
    /// </summary>
    /// <param name="from">The old version; null for none, which has an empty config and no prompt.</param>
    /// <param name="to">The number of the new version.</param>
    /// <param name="config">Its config.</param>
    /// <param name="systemPrompt">Its system prompt as UTF-8, or null.</param>
    public static void Write(
        IBufferWriter<byte> json,
        PresetVersion? from,
        int to,
        ReadOnlyMemory<byte> config,
        ReadOnlyMemory<byte>? systemPrompt)
    {
        json.Write("{\"from\":"u8);
        if (from is null)
            json.Write("null"u8);
        else
            PresetJson.WriteNumber(json, from.Version);
        json.Write(",\"to\":"u8);
        PresetJson.WriteNumber(json, to);
        json.Write(",\"changes\":"u8);
        ConfigDiff.Write(json, ConfigDiff.Compare(from?.Config ?? NoConfig, config));
        json.Write(",\"system_prompt\":"u8);
        PresetJson.WriteText(json, PromptDiff.Compare(from?.SystemPrompt, systemPrompt));
        json.Write("}"u8);
    }
}
