using System.Text.Encodings.Web;
using System.Text.Json;

namespace Presets.Console;

/// <summary>What somebody wants to try, as it stands in the form.</summary>
/// <param name="Fields">What was typed.</param>
/// <param name="Versions">The versions, one or two.</param>
public sealed record TryForm(Fields Fields, IReadOnlyList<ServedVersion> Versions)
{
    /// <summary>The names of the fields, but for those of <see cref="VariableField"/>.</summary>
    public const string VersionField = "version", WithField = "with", ModelField = "model", MessageField = "message";

    /// <summary>The field that says what is to be done, and what it may say.</summary>
    public const string ActionField = "do", Send = "send", Show = "show", Choose = "choose";

    // A form may not have many more fields. The answer names those that are left over as unfilled.
    private const int MostVariables = 50;

    // Anthropic answers no request without a limit.
    private const int MaxTokens = 1024;

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The version beside the first; null for none.</summary>
    public int? With => Versions.Count > 1 ? Versions[1].Version : null;

    /// <summary>The variables of the versions' system prompts that have a field.</summary>
    public IEnumerable<string> Variables =>
        Versions.SelectMany(version => version.Variables).Distinct().Take(MostVariables);

    /// <summary>The field of a variable of the system prompt.</summary>
    public static string VariableField(string name) => "variable." + name;

    /// <summary>The request for a version, in the dialect of the body that the version was made from.</summary>
    /// <param name="isStream">Whether the answer is to be a stream of events.</param>
    /// <exception cref="Refusal"><see cref="RefusalCode.MissingField"/>: there is no message.</exception>
    public byte[] RequestFor(ServedVersion version, bool isStream)
    {
        var message = Fields.Text(MessageField)
            ?? throw new Refusal(RefusalCode.MissingField, "Write a message first.", MessageField);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteString("preset", FormattableString.Invariant($"{version.Slug}:{version.Version}"));
            if (Fields.Text(ModelField) is { } model)
                json.WriteString("model", model);
            WriteVariables(json, version);
            WriteMessage(json, version, message);
            if (isStream)
                WriteStream(json, version.Body);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    // One that is empty is not given, so that the answer names it.
    private void WriteVariables(Utf8JsonWriter json, ServedVersion version)
    {
        var given = version.Variables.Where(name => Fields.Text(VariableField(name)) is not null).ToList();
        if (given.Count == 0)
            return;
        json.WriteStartObject("preset_variables");
        foreach (var name in given)
            json.WriteString(name, Fields.Text(VariableField(name)));
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, ServedVersion version, string message)
    {
        if (version.Body == BodyKind.Responses)
        {
            json.WriteString("input", message);
            return;
        }

        if (version.Body == BodyKind.Messages
            && PresetPart.Of(version, version.Body).Members.All(member => member.Name != "max_tokens"))
            json.WriteNumber("max_tokens", MaxTokens);
        json.WriteStartArray("messages");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteString("content", message);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteStream(Utf8JsonWriter json, BodyKind body)
    {
        json.WriteBoolean("stream", true);
        if (body != BodyKind.ChatCompletions)
            return;
        // The only dialect that does not tell the tokens of a stream unasked.
        json.WriteStartObject("stream_options");
        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
    }
}
