using System.Buffers;
using System.Text.Json;

namespace Presets;

/// <summary>How two configs differ.</summary>
public static class ConfigDiff
{
    /// <summary>
    /// The changes that make <paramref name="to"/> of <paramref name="from"/>; none exactly when
    /// <see cref="JsonEquality"/> calls them the same. Objects are compared by member name, arrays of objects by
    /// <see cref="ToolIdentity"/> (elements without one in turn), other arrays as a whole. Both are valid JSON without
    /// duplicate member names, as the body filter leaves it.
    /// </summary>
    /// <remarks>
    /// To apply them, first take out of <paramref name="from"/> what is removed and what moves. Then go through the
    /// rest in order: an added member goes to the end of its object, and what is added to an array or moves goes to its
    /// new index. Changes inside an element come after those of its array. Time and size grow with the size of the
    /// configs, whatever is in them: a value whose changes would be far larger than itself is replaced as a whole.
    /// </remarks>
    /// <returns>The changes, whose values are ranges of the two texts.</returns>
    /// <exception cref="JsonException">A text is not JSON, or nested deeper than a body may be.</exception>
    public static IReadOnlyList<ConfigChange> Compare(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to) =>
        new ConfigComparison(from, to).Run();

    /// <summary>Writes changes as a JSON array; their values as they are spelled.</summary>
    public static void Write(IBufferWriter<byte> json, IReadOnlyList<ConfigChange> changes)
    {
        json.Write("["u8);
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            json.Write(i == 0 ? "{\"path\":"u8 : ",{\"path\":"u8);
            PresetJson.WriteText(json, change.Path);
            json.Write(change.Op switch
            {
                ConfigChangeOp.Add => ",\"op\":\"add\",\"from\":"u8,
                ConfigChangeOp.Remove => ",\"op\":\"remove\",\"from\":"u8,
                ConfigChangeOp.Replace => ",\"op\":\"replace\",\"from\":"u8,
                ConfigChangeOp.Move => ",\"op\":\"move\",\"from\":"u8,
                _ => ",\"op\":\"reorder\",\"from\":"u8,
            });
            WriteValue(json, change.From);
            json.Write(",\"to\":"u8);
            WriteValue(json, change.To);
            json.Write("}"u8);
        }
        json.Write("]"u8);
    }

    private static void WriteValue(IBufferWriter<byte> json, ReadOnlyMemory<byte>? value) =>
        json.Write(value is { } raw ? raw.Span : "null"u8);
}
