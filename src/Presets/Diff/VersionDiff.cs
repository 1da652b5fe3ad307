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
    public static void Write(
        IBufferWriter<byte> json,
        (int Number, ReadOnlyMemory<byte> Config, ReadOnlyMemory<byte>? SystemPrompt)? from,
        (int Number, ReadOnlyMemory<byte> Config, ReadOnlyMemory<byte>? SystemPrompt) to)
    {
        json.Write("{\"from\":"u8);
        if (from is { } old)
            PresetJson.WriteNumber(json, old.Number);
        else
            json.Write("null"u8);
        json.Write(",\"to\":"u8);
        PresetJson.WriteNumber(json, to.Number);
        json.Write(",\"changes\":"u8);
        ConfigDiff.Write(json, ConfigDiff.Compare(from?.Config ?? NoConfig, to.Config));
        json.Write(",\"system_prompt\":"u8);
        PresetJson.WriteText(json, PromptDiff.Compare(from?.SystemPrompt, to.SystemPrompt));
        json.Write("}"u8);
    }
}
