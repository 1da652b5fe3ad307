using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Presets;

/// <summary>Takes JSON apart and puts it together again with the spelling of its values kept.</summary>
internal static class JsonElements
{
    // The writer escapes only the names of members; what is stored is not for HTML.
    private static readonly JsonWriterOptions AsStored =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value as it is spelled.</summary>
    public static byte[] Raw(this JsonElement value) => JsonMarshal.GetRawUtf8Value(value).ToArray();

    /// <summary>A member's value; null when there is none, when it is null, or when this is no object.</summary>
    public static JsonElement? Member(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(name, out var member)
        && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>The names of an object's members whose value is not null.</summary>
    public static IEnumerable<string> NamesOf(JsonElement value) => value.EnumerateObject()
        .Where(member => member.Value.ValueKind != JsonValueKind.Null)
        .Select(member => member.Name);

    /// <summary>The text of a string; null for another value.</summary>
    public static string? Text(this JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The truth value; null for another value.</summary>
    public static bool? Flag(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>An object of values that are JSON already.</summary>
    public static byte[] Object(params IEnumerable<(string Name, byte[] Value)> members) => Write(json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }

        json.WriteEndObject();
    });

    /// <summary>A list of values that are JSON already.</summary>
    public static byte[] List(IEnumerable<byte[]> values) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var value in values)
            json.WriteRawValue(value, skipInputValidation: true);
        json.WriteEndArray();
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, AsStored))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
