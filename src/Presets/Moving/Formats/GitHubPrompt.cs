using System.Text.Json;

namespace Presets;

/// <summary>
/// A <c>.prompt.yml</c> file. Source: GitHub's page on storing prompts in repositories, and its <c>models</c> command
/// for <c>responseFormat</c> and <c>jsonSchema</c>.
/// </summary>
internal static class GitHubPrompt
{
    public static ImportedPart Read(RecordObject json, ImportContext context)
    {
        var name = json.AnyText("name");
        var preset = new ForeignPreset(name ?? "", context)
        {
            Name = name,
            Description = json.AnyText("description"),
        };
        ChatMessages.DropOthers(preset, json, "messages");
        preset.Add(
            BodyKind.ChatCompletions,
            ForeignPreset.Body(body =>
            {
                ChatMessages.Write(body, json, "messages");
                foreach (var (member, value) in json.Members())
                    switch (member)
                    {
                        case "name" or "description" or "messages" or "jsonSchema":
                            break;
                        case "model":
                            body.WritePropertyName(member);
                            body.WriteRawValue(value.Raw);
                            break;
                        case "modelParameters":
                            WriteParameters(body, json);
                            break;
                        case "responseFormat":
                            WriteFormat(body, json);
                            break;
                        default:
                            preset.Drop(member);
                            break;
                    }

                if (!json.Has("responseFormat") && json.Has("jsonSchema"))
                    preset.Drop("jsonSchema");
            }),
            null);
        return preset.ToPart();
    }

    private static void WriteParameters(Utf8JsonWriter body, RecordObject json)
    {
        foreach (var (name, value) in json.Object("modelParameters")?.Members() ?? [])
        {
            body.WritePropertyName(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
            body.WriteRawValue(value.Raw);
        }
    }

    private static void WriteFormat(Utf8JsonWriter body, RecordObject json)
    {
        var format = json.Text("responseFormat", 64);
        body.WriteStartObject("response_format");
        body.WriteString("type", format);
        if (format == "json_schema" && json.AnyText("jsonSchema") is { } schema)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(schema);
            StoredJson.CheckObject(bytes);
            body.WritePropertyName("json_schema");
            body.WriteRawValue(bytes);
        }

        body.WriteEndObject();
    }
}
