namespace Presets;

/// <summary>
/// A stored prompt of OpenAI (<c>pmpt_</c>). OpenAI has no route that exports one: it is taken as the responses body
/// that it stands for, with <c>id</c>, <c>name</c>, <c>version</c> and <c>is_default</c>.
/// </summary>
internal static class OpenAiPrompts
{
    private static readonly string[] Own =
        ["id", "prompt_id", "object", "name", "description", "version", "is_default", "created_at", "updated_at"];

    public static ImportedPart Read(List<RecordObject> prompts, ImportContext context)
    {
        var first = prompts[^1];
        var name = first.AnyText("name");
        var preset = new ForeignPreset(name ?? first.AnyText("id") ?? first.AnyText("prompt_id") ?? "", context)
        {
            Name = name,
            Description = first.AnyText("description"),
        };
        foreach (var prompt in prompts)
        {
            if (prompt.Whole("version") is { } number && number != preset.Next)
                preset.Drop("the numbers of versions, which are not all there");
            var input = prompt.IsList("input") ? "input" : "messages";
            preset.Add(
                BodyKind.Responses,
                ForeignPreset.Body(body =>
                {
                    foreach (var (member, value) in prompt.Members())
                    {
                        if (Own.Contains(member))
                            continue;
                        // The text of a prompt that has no instructions.
                        body.WritePropertyName(member == "messages" ? "input"
                            : member == "prompt" && value.IsText && !prompt.Has("instructions") ? "instructions"
                            : member);
                        body.WriteRawValue(value.Raw);
                    }
                }),
                prompt.AnyText("message"));
            if (prompt.IsList(input))
                ChatMessages.DropOthers(preset, prompt, input);
            else if (prompt.Has("input"))
                preset.Drop("input");
            if (prompt.Flag("is_default") ?? false)
                preset.Designate();
        }

        return preset.ToPart();
    }
}
