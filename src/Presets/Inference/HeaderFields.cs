using System.Text;

namespace Presets;

/// <summary>The fields that an upstream takes as headers, with what becomes of them.</summary>
internal sealed class HeaderFields
{
    internal string? CacheEnabled { get; private set; }

    internal string? CacheTtlSeconds { get; private set; }

    internal static bool Has(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("cache_enabled"u8) || name.SequenceEqual("cache_ttl_seconds"u8);

    /// <summary>Takes the value of a field; false when no header can hold it.</summary>
    internal bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var text = value[0] == '"' ? JsonText.Plain(value[1..^1], value.Contains((byte)'\\')) : value;
        if (value[0] is (byte)'{' or (byte)'[' || text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return false;
        if (name.SequenceEqual("cache_enabled"u8))
            CacheEnabled = Encoding.ASCII.GetString(text);
        else
            CacheTtlSeconds = Encoding.ASCII.GetString(text);
        return true;
    }
}
