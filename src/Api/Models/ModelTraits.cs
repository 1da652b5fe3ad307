using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Presets.Api;

/// <summary>
/// What the list of models tells of a model beside its name: its context, its modalities, its price and the like. What
/// an upstream does not tell, or in another form than OpenRouter's document gives it, has a neutral value.
/// </summary>
internal sealed class ModelTraits
{
    private static readonly (string Name, string Neutral, Func<JsonElement, bool> Fits)[] Required =
    [
        ("architecture",
            """
            {"modality":"text->text","input_modalities":["text"],"output_modalities":["text"],"tokenizer":"Other",
            "instruct_type":null}
            """,
            value => Has(value, "modality", JsonValueKind.String, JsonValueKind.Null)
                && Has(value, "input_modalities", JsonValueKind.Array)
                && Has(value, "output_modalities", JsonValueKind.Array)),
        ("context_length", "null", value => Is(value, JsonValueKind.Number, JsonValueKind.Null)),
        ("pricing",
            """{"prompt":"0","completion":"0"}""",
            value => Has(value, "prompt", JsonValueKind.String) && Has(value, "completion", JsonValueKind.String)),
        ("top_provider",
            """{"context_length":null,"max_completion_tokens":null,"is_moderated":false}""",
            value => Has(value, "is_moderated", JsonValueKind.True, JsonValueKind.False)),
        ("supported_parameters", "[]", value => Is(value, JsonValueKind.Array)),
        ("default_parameters", "null", value => Is(value, JsonValueKind.Object, JsonValueKind.Null)),
        ("per_request_limits",
            "null",
            value => Is(value, JsonValueKind.Null)
                || (Has(value, "prompt_tokens", JsonValueKind.Number)
                    && Has(value, "completion_tokens", JsonValueKind.Number))),
        ("supported_voices", "null", value => Is(value, JsonValueKind.Array, JsonValueKind.Null)),
        // Anthropic's.
        ("max_input_tokens", "null", value => Is(value, JsonValueKind.Number, JsonValueKind.Null)),
        ("max_tokens", "null", value => Is(value, JsonValueKind.Number, JsonValueKind.Null)),
        ("capabilities", "null", value => Is(value, JsonValueKind.Object, JsonValueKind.Null)),
        ("line", "null", value => Is(value, JsonValueKind.String, JsonValueKind.Null)),
        ("lifecycle", "\"active\"", value => Is(value, JsonValueKind.String)),
        ("deprecated_at", "null", value => Is(value, JsonValueKind.String, JsonValueKind.Null)),
        ("retires_at", "null", value => Is(value, JsonValueKind.String, JsonValueKind.Null)),
    ];

    // What tells a model from others, and is said of each row by itself.
    private static readonly FrozenSet<string> Own = FrozenSet.Create(
        "id", "canonical_slug", "name", "display_name", "description", "created", "created_at", "object", "type",
        "owned_by", "links");

    /// <summary>Those of a model that nothing is known of.</summary>
    public static readonly ModelTraits Neutral = Of(JsonElement.Parse("{}"));

    private readonly (string Name, byte[] Value)[] members;

    private ModelTraits((string Name, byte[] Value)[] members) => this.members = members;

    /// <summary>Those that the row of an upstream's list tells.</summary>
    public static ModelTraits Of(JsonElement row)
    {
        var members = new Dictionary<string, byte[]>();
        foreach (var member in row.EnumerateObject())
            if (!Own.Contains(member.Name) && Fits(member))
                members[member.Name] = Encoding.UTF8.GetBytes(member.Value.GetRawText());
        // What vLLM calls it.
        if (!members.ContainsKey("context_length")
            && row.TryGetProperty("max_model_len", out var length)
            && Is(length, JsonValueKind.Number))
            members["context_length"] = Encoding.UTF8.GetBytes(length.GetRawText());
        foreach (var (name, neutral, _) in Required)
            members.TryAdd(name, Encoding.UTF8.GetBytes(neutral));
        return new([.. members.Select(member => (member.Key, member.Value))]);
    }

    /// <summary>Writes them as members of an object that is open.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value, skipInputValidation: true);
        }
    }

    private static bool Fits(JsonProperty member) =>
        Array.TrueForAll(Required, required => required.Name != member.Name || required.Fits(member.Value));

    private static bool Is(JsonElement value, params ReadOnlySpan<JsonValueKind> kinds) =>
        kinds.Contains(value.ValueKind);

    private static bool Has(JsonElement value, string name, params ReadOnlySpan<JsonValueKind> kinds) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(name, out var member)
        && kinds.Contains(member.ValueKind);
}
