using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Presets;

/// <summary>One thing that a change did, as the history tells it. Members that do not apply are null.</summary>
/// <param name="What">
/// <c>version_created</c>, <c>designated</c>, <c>label_set</c>, ... (the contract, "Seeing what changed").
/// </param>
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
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private static readonly JsonWriterOptions Options = new() { Encoder = Encoder };

    /// <summary>The effect of a version that becomes the designated one.</summary>
    /// <param name="from">The number of the version that was; 0 when there was none.</param>
    public static Effect Designated(int from, int to) =>
        new("designated", From: from == 0 ? null : Json(from), To: Json(to));

    /// <summary>
    /// The effects of a version whose row says nothing of them: it became the designated version after the one before
    /// it.
    /// </summary>
    public static string OfVersion(int number) =>
        ToText([new Effect("version_created", number), Designated(number - 1, number)]);

    /// <summary>A value as JSON.</summary>
    internal static string Json(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A text as JSON; null when there is none.</summary>
    internal static string? Json(string? value) =>
        value is null ? null : $"\"{JsonEncodedText.Encode(value, Encoder)}\"";

    /// <summary>Texts as a JSON array; null when there is none.</summary>
    internal static string? Json(IReadOnlyList<string> values) =>
        values.Count == 0 ? null : $"[{string.Join(',', values.Select(Json))}]";

    /// <summary>Effects as the JSON array that is stored and answered.</summary>
    public static string ToText(IEnumerable<Effect> effects)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartArray();
            foreach (var effect in effects)
                effect.Write(json);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("what", What);
        json.WritePropertyName("version");
        json.WriteRawValue(Version is { } version ? Json(version) : "null");
        json.WriteString("label", Label);
        json.WriteString("field", Field);
        json.WritePropertyName("from");
        json.WriteRawValue(From ?? "null", skipInputValidation: true);
        json.WritePropertyName("to");
        json.WriteRawValue(To ?? "null", skipInputValidation: true);
        json.WriteEndObject();
    }
}
