using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Presets.Api;

/// <summary>Writes and sends a JSON object; for the routes that are rarely asked.</summary>
public static class JsonObjectAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends an object.</summary>
    /// <param name="writeMembers">Writes what stands between its braces.</param>
    public static Task Write(HttpContext context, int status, Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return JsonAnswer.Write(context, status, buffer.WrittenMemory);
    }
}
