namespace Presets;

/// <summary>
/// The fields that say the same, so that setting one displaces the other. Source: the contract, "Merge", rule 4.
/// </summary>
internal static class ExclusiveFields
{
    private static readonly byte[][][] Groups =
    [
        ["max_tokens"u8.ToArray(), "max_completion_tokens"u8.ToArray()],
        ["reasoning"u8.ToArray(), "reasoning_effort"u8.ToArray()],
        ["models"u8.ToArray(), "fallbacks"u8.ToArray()],
        ["stop"u8.ToArray(), "stop_sequences"u8.ToArray()],
    ];

    /// <summary>A bit for the group that a field belongs to; 0 when it belongs to none.</summary>
    internal static int GroupOf(ReadOnlySpan<byte> name)
    {
        for (var group = 0; group < Groups.Length; group++)
        {
            foreach (var field in Groups[group])
            {
                if (name.SequenceEqual(field))
                    return 1 << group;
            }
        }
        return 0;
    }
}
