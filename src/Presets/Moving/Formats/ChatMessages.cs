using System.Text.Json;

namespace Presets;

/// <summary>Messages of other formats, of which a preset keeps the leading system ones.</summary>
internal static class ChatMessages
{
    /// <summary>Names the messages of a list that a preset does not keep.</summary>
    /// <param name="name">The member that holds them.</param>
    public static void DropOthers(ForeignPreset preset, RecordObject json, string name)
    {
        var isLeading = true;
        var index = 0;
        foreach (var message in json.Objects(name))
        {
            var role = message.AnyText("role");
            isLeading &= role is "system" or "developer";
            if (!isLeading)
                preset.Drop(FormattableString.Invariant($"{name}[{index}] ({role ?? "no role"})"));
            index++;
        }
    }

    /// <summary>Writes messages as those of a body, which has at least one.</summary>
    /// <param name="name">The member that holds them.</param>
    public static void Write(Utf8JsonWriter body, RecordObject json, string name)
    {
        body.WriteStartArray("messages");
        var isEmpty = true;
        foreach (var message in json.Objects(name))
        {
            body.WriteRawValue(message.Spelling);
            isEmpty = false;
        }

        if (isEmpty)
            WriteOne(body, "user", "");
        body.WriteEndArray();
    }

    /// <summary>Writes a system prompt as the messages of a body.</summary>
    public static void WriteSystem(Utf8JsonWriter body, string text)
    {
        body.WriteStartArray("messages");
        WriteOne(body, "system", text);
        body.WriteEndArray();
    }

    private static void WriteOne(Utf8JsonWriter body, string role, string text)
    {
        body.WriteStartObject();
        body.WriteString("role", role);
        body.WriteString("content", text);
        body.WriteEndObject();
    }
}
