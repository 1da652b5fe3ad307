using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Presets.Api;

/// <summary>
/// A row of the list of models: of an upstream, or of a preset. It has every member that <c>@openrouter/sdk</c>,
/// <c>openai</c> and <c>@anthropic-ai/sdk</c> ask for: one row that lacks one makes the first refuse the whole list.
/// </summary>
internal sealed record ListedModel(string Id, string Name, DateTimeOffset CreatedAt)
{
    private static readonly JsonWriterOptions Spelling = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Its id without an alias or a date.</summary>
    public string CanonicalSlug { get; init; } = Id;

    /// <summary>Who offers it.</summary>
    public string OwnedBy { get; init; } = "unknown";

    /// <summary>The path where more is told about it.</summary>
    public string Details { get; init; } = "/api/v1/models";

    /// <summary>What it can do.</summary>
    public ModelTraits Traits { get; init; } = ModelTraits.Neutral;

    /// <summary>The row of a model as an upstream lists it; null when it has no id.</summary>
    public static ListedModel? Of(JsonElement row)
    {
        if (TextOf(row, "id") is not { } id)
            return null;
        var name = TextOf(row, "name") ?? TextOf(row, "display_name") ?? id;
        return new(id, name, TimeOf(row))
        {
            Description = TextOf(row, "description") ?? "",
            CanonicalSlug = TextOf(row, "canonical_slug") ?? id,
            OwnedBy = TextOf(row, "owned_by") ?? (id.Split('/') is [var owner, _, ..] ? owner : "unknown"),
            Details = row.TryGetProperty("links", out var links) && TextOf(links, "details") is { } details
                ? details
                : "/api/v1/models",
            Traits = ModelTraits.Of(row),
        };
    }

    /// <summary>The row of a preset.</summary>
    /// <param name="prefix">What stands before its reference.</param>
    /// <param name="traits">Those of the model it names.</param>
    public static ListedModel Of(Preset preset, string prefix, ModelTraits traits)
    {
        var reference = "@preset/" + preset.FullName.Slug;
        return new(prefix + reference, preset.Name, preset.CreatedAt)
        {
            Description = preset.Description ?? "",
            CanonicalSlug = reference,
            OwnedBy = "preset",
            Details = "/api/v1/presets/" + preset.FullName.Slug,
            Traits = traits,
        };
    }

    /// <summary>Writes it as an object.</summary>
    public void Write(IBufferWriter<byte> json)
    {
        using var writer = new Utf8JsonWriter(json, Spelling);
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("canonical_slug", CanonicalSlug);
        writer.WriteString("name", Name);
        writer.WriteString("display_name", Name);
        writer.WriteString("description", Description);
        writer.WriteNumber("created", CreatedAt.ToUnixTimeSeconds());
        writer.WriteString("created_at", CreatedAt.UtcDateTime);
        writer.WriteString("object", "model");
        writer.WriteString("type", "model");
        writer.WriteString("owned_by", OwnedBy);
        writer.WriteStartObject("links");
        writer.WriteString("details", Details);
        writer.WriteEndObject();
        Traits.Write(writer);
        writer.WriteEndObject();
    }

    private static string? TextOf(JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object
        && row.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static DateTimeOffset TimeOf(JsonElement row)
    {
        if (row.TryGetProperty("created", out var created)
            && created.ValueKind == JsonValueKind.Number
            && created.TryGetInt64(out var seconds)
            && seconds is >= 0 and < 253_402_300_800)
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        return TextOf(row, "created_at") is { } text && TimeConverter.TryParse(text, out var time)
            ? time
            : DateTimeOffset.UnixEpoch;
    }
}
