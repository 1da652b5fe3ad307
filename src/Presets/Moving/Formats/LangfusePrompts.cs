namespace Presets;

/// <summary>
/// The versions of a prompt of Langfuse. Its <c>config</c> is free; of it is kept what a chat-completions body may say.
/// </summary>
internal static class LangfusePrompts
{
    private const string Production = "production";

    private static readonly string[] Known =
        ["name", "type", "prompt", "config", "version", "labels", "commitMessage", "id", "projectId", "createdAt",
            "updatedAt", "createdBy", "isActive"];

    public static ImportedPart Read(List<RecordObject> prompts, ImportContext context)
    {
        var name = prompts[0].Text("name", 1024);
        var preset = new ForeignPreset(name, context) { Name = name };
        foreach (var prompt in prompts)
        {
            if (prompt.Whole("version") is { } number && number != preset.Next)
                preset.Drop("the numbers of versions, which are not all there");
            preset.Add(BodyKind.ChatCompletions, BodyOf(prompt, preset), prompt.AnyText("commitMessage"));
            foreach (var label in prompt.Texts("labels", 1024))
            {
                // Every preset has it.
                if (label == "latest")
                    continue;
                preset.Label(label);
                if (label == Production)
                    preset.Designate();
            }

            foreach (var (member, value) in prompt.Members())
                if (!Known.Contains(member) && !value.IsEmpty)
                    preset.Drop(member);
        }

        return preset.ToPart();
    }

    private static ReadOnlySpan<byte> BodyOf(RecordObject prompt, ForeignPreset preset)
    {
        var isChat = prompt.IsList("prompt");
        if (isChat)
            ChatMessages.DropOthers(preset, prompt, "prompt");
        return ForeignPreset.Body(body =>
        {
            if (isChat)
                ChatMessages.Write(body, prompt, "prompt");
            else
                ChatMessages.WriteSystem(body, prompt.AnyText("prompt") ?? throw prompt.Missing("prompt"));
            foreach (var (member, value) in prompt.Object("config")?.Members() ?? [])
            {
                if (member is "messages" or "workspace_id")
                {
                    preset.Drop("config." + member);
                    continue;
                }

                body.WritePropertyName(member);
                body.WriteRawValue(value.Raw);
            }
        });
    }
}
