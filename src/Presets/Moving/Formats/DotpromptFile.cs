using System.Text.Json;
using System.Text.RegularExpressions;

namespace Presets;

/// <summary>
/// A <c>.prompt</c> file: front matter, and a Handlebars template that <c>{{role "..."}}</c> divides into messages.
/// Source: the reference of Dotprompt. What stands in double braces stays as it is.
/// </summary>
internal static partial class DotpromptFile
{
    private static readonly Dictionary<string, string> Parameters = new()
    {
        ["maxOutputTokens"] = "max_tokens",
        ["stopSequences"] = "stop",
        ["topK"] = "top_k",
        ["topP"] = "top_p",
    };

    public static ImportedPart Read(RecordObject json, string template, ImportContext context)
    {
        var name = json.AnyText("name");
        var variant = json.AnyText("variant");
        var preset = new ForeignPreset(variant is null ? name ?? "" : $"{name}.{variant}", context)
        {
            Name = name,
            Description = json.AnyText("description"),
        };
        var system = SystemText(template, preset);
        preset.Add(
            BodyKind.ChatCompletions,
            ForeignPreset.Body(body =>
            {
                ChatMessages.WriteSystem(body, system);
                foreach (var (member, value) in json.Members())
                    switch (member)
                    {
                        case "name" or "variant" or "description":
                            break;
                        case "model":
                            body.WritePropertyName(member);
                            body.WriteRawValue(value.Raw);
                            break;
                        case "config":
                            WriteConfig(body, json, preset);
                            break;
                        case "output":
                            WriteOutput(body, json, preset);
                            break;
                        default:
                            preset.Drop(member);
                            break;
                    }
            }),
            null);
        return preset.ToPart();
    }

    private static string SystemText(string template, ForeignPreset preset)
    {
        // Pairs of a role and the text that follows it; what comes first is the user's.
        var parts = Role().Split(template);
        if (parts.Length == 1)
        {
            if (template.Trim().Length > 0)
                preset.Drop("the role of the template, which has none: it is kept as the system prompt");
            return template.Trim();
        }

        var system = new List<string>();
        for (var i = 1; i < parts.Length; i += 2)
            if (parts[i] == "system")
                system.Add(parts[i + 1].Trim());
            else
                preset.Drop($"the template's message of the role {parts[i]}");
        if (parts[0].Trim().Length > 0)
            preset.Drop("the template's text before its first role");
        return string.Join("\n\n", system);
    }

    private static void WriteConfig(Utf8JsonWriter body, RecordObject json, ForeignPreset preset)
    {
        foreach (var (name, value) in json.Object("config")?.Members() ?? [])
        {
            if (name is "messages" or "model" or "response_format" or "workspace_id")
            {
                preset.Drop("config." + name);
                continue;
            }

            body.WritePropertyName(
                Parameters.GetValueOrDefault(name) ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
            body.WriteRawValue(value.Raw);
        }
    }

    private static void WriteOutput(Utf8JsonWriter body, RecordObject json, ForeignPreset preset)
    {
        if (json.Object("output") is not { } output)
            return;
        var schema = output.Object("schema");
        // Picoschema has neither member, unless a field is called so.
        var isJsonSchema = schema is { } given && (given.Has("properties") || given.Has("$schema"));
        if (output.Has("schema") && !isJsonSchema)
            preset.Drop("output.schema, which is no JSON Schema");
        if (output.AnyText("format") is not "json" && !isJsonSchema)
            return;
        body.WriteStartObject("response_format");
        body.WriteString("type", isJsonSchema ? "json_schema" : "json_object");
        if (isJsonSchema)
        {
            body.WriteStartObject("json_schema");
            body.WriteString("name", "output");
            body.WritePropertyName("schema");
            body.WriteRawValue(schema!.Value.Spelling);
            body.WriteEndObject();
        }

        body.WriteEndObject();
    }

    [GeneratedRegex("""\{\{\s*role\s+["']([a-z]{1,16})["']\s*\}\}""", RegexOptions.NonBacktracking)]
    private static partial Regex Role();
}
