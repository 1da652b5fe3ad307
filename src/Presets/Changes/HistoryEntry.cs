using System.Text.Json;

namespace Presets;

/// <summary>One thing that a change did, as the history tells it. Members that do not apply are null.</summary>
/// <param name="What"><c>version_created</c>, <c>designated</c>, <c>label_set</c>, ... (the contract, "Seeing what changed").</param>
/// <param name="Version">The version it is about.</param>
/// <param name="Label">The label it is about.</param>
/// <param name="Field">The field of the preset it is about.</param>
/// <param name="From">What was there before, as JSON.</param>
/// <param name="To">What is there now, as JSON.</param>
public sealed record Effect(
    string What,
    int? Version = null,
    string? Label = null,
    string? Field = null,
    string? From = null,
    string? To = null)
{
    /// <summary>The effect of a version that becomes the designated one.</summary>
    /// <param name="from">The number of the version that was; 0 when there was none.</param>
    public static Effect Designated(int from, int to) => new("designated", From: from == 0 ? null : Json(from), To: Json(to));

    /// <summary>A value as JSON.</summary>
    internal static string Json(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A text as JSON.</summary>
    internal static string? Json(string? value) =>
        value is null ? null : $"\"{JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>Texts as a JSON array; null when there is none.</summary>
    internal static string? Json(IReadOnlyList<string> values) =>
        values.Count == 0 ? null : $"[{string.Join(',', values.Select(Json))}]";

    /// <summary>Effects as the JSON array that is stored and answered.</summary>
    public static string ToText(IEnumerable<Effect> effects)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var effect in effects)
            {
                json.WriteStartObject();
                json.WriteString("what", effect.What);
                if (effect.Version is { } version)
                    json.WriteNumber("version", version);
                else
                    json.WriteNull("version");
                json.WriteString("label", effect.Label);
                json.WriteString("field", effect.Field);
                Write("from", effect.From);
                Write("to", effect.To);
                json.WriteEndObject();
            }

            json.WriteEndArray();

            void Write(string name, string? value)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value ?? "null", skipInputValidation: true);
            }
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}

/// <summary>A change other than a version, as the history keeps it.</summary>
/// <param name="PresetId">Null when the preset is gone with it.</param>
/// <param name="Effects">A JSON array of what it did.</param>
public sealed record HistoryEntry(
    Guid Id,
    PresetName Name,
    Guid? PresetId,
    long Revision,
    DateTimeOffset At,
    string UserId,
    KeyHash? Key,
    string? Message,
    Guid? RequestId,
    string Effects);
