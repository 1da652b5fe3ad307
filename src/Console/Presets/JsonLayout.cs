using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Presets.Console;

/// <summary>JSON over several lines for people, or without white space for the store.</summary>
internal static class JsonLayout
{
    // A list or object that is no wider than this stays on one line.
    private const int Width = 80;

    /// <summary>
    /// JSON over several lines. Members keep their order and numbers their spelling; escapes that JSON does not demand
    /// are resolved.
    /// </summary>
    public static string Indent(JsonElement value)
    {
        var json = new ArrayBufferWriter<byte>();
        if (IsOpen(value))
            WriteLines(json, value, indent: 0);
        else
            WriteFlat(json, value, forPeople: true);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <inheritdoc cref="Indent(JsonElement)"/>
    public static string Indent(ReadOnlyMemory<byte> value)
    {
        using var json = JsonDocument.Parse(value);
        return Indent(json.RootElement);
    }

    /// <summary>JSON without white space between its tokens, each of which stays as it is spelled.</summary>
    public static ReadOnlyMemory<byte> Compact(JsonElement value)
    {
        var json = new ArrayBufferWriter<byte>();
        WriteFlat(json, value, forPeople: false);
        return json.WrittenMemory;
    }

    // Each member or entry of a list or object that has some on a line of its own.
    private static void WriteLines(ArrayBufferWriter<byte> json, JsonElement value, int indent)
    {
        var isObject = value.ValueKind == JsonValueKind.Object;
        var inner = indent + 2;
        var separator = isObject ? "{"u8 : "["u8;
        if (isObject)
        {
            foreach (var member in value.EnumerateObject())
            {
                Begin(json, separator, inner);
                PresetJson.WriteText(json, member.Name);
                json.Write(": "u8);
                WriteValue(json, member.Value, inner, member.Name.Length + 4);
                separator = ","u8;
            }
        }
        else
        {
            foreach (var entry in value.EnumerateArray())
            {
                Begin(json, separator, inner);
                WriteValue(json, entry, inner, 0);
                separator = ","u8;
            }
        }

        Begin(json, ""u8, indent);
        json.Write(isObject ? "}"u8 : "]"u8);
    }

    private static void WriteValue(ArrayBufferWriter<byte> json, JsonElement value, int indent, int used)
    {
        if (IsOpen(value) && Room(value, Width - indent - used) < 0)
            WriteLines(json, value, indent);
        else
            WriteFlat(json, value, forPeople: true);
    }

    private static void Begin(ArrayBufferWriter<byte> json, ReadOnlySpan<byte> separator, int indent)
    {
        json.Write(separator);
        json.Write("\n"u8);
        json.GetSpan(indent + 1)[..indent].Fill((byte)' ');
        json.Advance(indent);
    }

    private static void WriteFlat(ArrayBufferWriter<byte> json, JsonElement value, bool forPeople)
    {
        var separator = ""u8;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.Write("{"u8);
                foreach (var member in value.EnumerateObject())
                {
                    json.Write(separator);
                    if (forPeople)
                        PresetJson.WriteText(json, member.Name);
                    else
                        WriteQuoted(json, JsonMarshal.GetRawUtf8PropertyName(member));
                    json.Write(forPeople ? ": "u8 : ":"u8);
                    WriteFlat(json, member.Value, forPeople);
                    separator = forPeople ? ", "u8 : ","u8;
                }

                json.Write("}"u8);
                break;
            case JsonValueKind.Array:
                json.Write("["u8);
                foreach (var entry in value.EnumerateArray())
                {
                    json.Write(separator);
                    WriteFlat(json, entry, forPeople);
                    separator = forPeople ? ", "u8 : ","u8;
                }

                json.Write("]"u8);
                break;
            case JsonValueKind.String when forPeople:
                PresetJson.WriteText(json, value.GetString());
                break;
            default:
                json.Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    private static void WriteQuoted(ArrayBufferWriter<byte> json, ReadOnlySpan<byte> escaped)
    {
        json.Write("\""u8);
        json.Write(escaped);
        json.Write("\""u8);
    }

    private static bool IsOpen(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.GetPropertyCount() > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    // What is left of some columns beside a value on one line; less than 0 when it does not fit.
    private static int Room(JsonElement value, int columns)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    if ((columns = Room(member.Value, columns - member.Name.Length - 6)) < 0)
                        break;
                return columns;
            case JsonValueKind.Array:
                foreach (var entry in value.EnumerateArray())
                    if ((columns = Room(entry, columns - 2)) < 0)
                        break;
                return columns;
            default:
                return columns - JsonMarshal.GetRawUtf8Value(value).Length;
        }
    }
}
