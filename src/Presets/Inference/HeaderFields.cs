using System.Text;

namespace Presets;

/// <summary>The fields that the upstream takes as headers.</summary>
internal sealed class HeaderFields(MergeTarget target, PresetFields fields)
{
    internal string? CacheEnabled { get; private set; }

    internal string? CacheTtlSeconds { get; private set; }

    /// <summary>Whether a field is one of them.</summary>
    internal bool Have(ReadOnlySpan<byte> name) => target.MovesCacheFields
        && (name.SequenceEqual("cache_enabled"u8) || name.SequenceEqual("cache_ttl_seconds"u8));

    /// <summary>Takes the value of a field, which is dropped if no header can hold it.</summary>
    internal void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var text = value[0] == '"' ? JsonText.Plain(value[1..^1], value.Contains((byte)'\\')) : value;
        if (value[0] is (byte)'{' or (byte)'[' || text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            fields.Drop(Encoding.ASCII.GetString(name));
        else if (name.SequenceEqual("cache_enabled"u8))
            CacheEnabled = Encoding.ASCII.GetString(text);
        else
            CacheTtlSeconds = Encoding.ASCII.GetString(text);
    }
}
