using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Presets.Api;

/// <summary>Times in ISO 8601 and UTC. Another offset, or none, is refused, as the document says.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString()!;
        var isUtc = text.EndsWith('Z') || text.EndsWith("+00:00", StringComparison.Ordinal);
        return isUtc && DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? Timestamp.FromUnixMicroseconds(Timestamp.ToUnixMicroseconds(time))
            : throw new JsonException();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Timestamp.Format(value));
}
