using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Presets.Console;

/// <summary>A version as it is typed into a form.</summary>
internal static class Draft
{
    /// <summary>The field with the configuration, as JSON.</summary>
    public const string ConfigField = "config";

    /// <summary>The field with the system prompt, as text.</summary>
    public const string PromptField = "system_prompt";

    /// <summary>The field with the kind of request; empty when it is not known.</summary>
    public const string BodyField = "body";

    /// <summary>The field that says <c>false</c> when the version is not to be designated.</summary>
    public const string DesignateField = "designate";

    /// <summary>The field with the number of the version that a form starts from.</summary>
    public const string FromField = "from";

    /// <summary>
    /// The field that says <c>crlf</c> when the lines of the prompt end with CR LF, which browsers do not tell from LF.
    /// </summary>
    public const string LineEndsField = "line_ends";

    /// <summary>What a form starts from that makes a preset.</summary>
    public static readonly IReadOnlyDictionary<string, string> First = new Dictionary<string, string>
    {
        [ConfigField] = "{\n  \"model\": \"openai/gpt-4o\",\n  \"temperature\": 0.2\n}",
        [BodyField] = BodyKinds.NameOf(BodyKind.ChatCompletions),
    };

    /// <summary>What a form starts from that makes a version of another.</summary>
    public static IReadOnlyDictionary<string, string> FieldsOf(PresetVersion version)
    {
        var prompt = Encoding.UTF8.GetString(version.SystemPrompt.GetValueOrDefault().Span);
        var isCrLf = prompt.Contains('\r') && prompt == WithCrLf(prompt.ReplaceLineEndings("\n"));
        return new Dictionary<string, string>
        {
            [FromField] = version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [ConfigField] = JsonLayout.Indent(version.Config),
            [PromptField] = prompt,
            [BodyField] = version.Body is { } kind ? BodyKinds.NameOf(kind) : "",
            [LineEndsField] = isCrLf ? "crlf" : "",
        };
    }

    /// <summary>The version that a form asks for; null when it has none.</summary>
    /// <exception cref="Refusal">As <see cref="ConfigFilter.Filter"/>.</exception>
    public static Append? AppendOf(ApiKey key, Fields fields)
    {
        if (fields[ConfigField] is not { } config)
            return null;
        var prompt = fields[PromptField] ?? "";
        var request = RequestOf(
            config, fields[LineEndsField] == "crlf" ? WithCrLf(prompt) : prompt, fields.Text(BodyField));
        return PresetCreates.AppendOf(key, ConfigFilter.Filter(request)) with
        {
            Designate = fields[DesignateField] != "false" && PresetCreates.MayDesignate(key),
            Labels = fields.Text("label") is { } label ? [LabelEndpoints.Valid(label)] : [],
            SkipUnchanged = true,
        };
    }

    /// <summary>The request for a version that a configuration makes.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidJson"/>.</exception>
    public static ReadOnlySpan<byte> RequestOf(string config, string prompt, string? body)
    {
        using var parsed = Parse(config);
        var request = new ArrayBufferWriter<byte>();
        request.Write("{\"config\":"u8);
        request.Write(JsonLayout.Compact(parsed.RootElement).Span);
        request.Write(",\"system_prompt\":"u8);
        PresetJson.WriteText(request, prompt.Length == 0 ? null : prompt);
        request.Write(",\"body\":"u8);
        PresetJson.WriteText(request, body);
        request.Write("}"u8);
        return request.WrittenSpan;
    }

    private static JsonDocument Parse(string config)
    {
        try
        {
            return JsonDocument.Parse(config);
        }
        catch (JsonException e)
        {
            throw new Refusal(RefusalCode.InvalidJson, ConfigFault.Of(config, e).ToString());
        }
    }

    private static string WithCrLf(string text) => text.Replace("\n", "\r\n", StringComparison.Ordinal);
}
