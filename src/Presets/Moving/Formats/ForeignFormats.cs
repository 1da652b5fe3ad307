using System.Text.Json;

namespace Presets;

/// <summary>
/// Turns other formats into presets. Each preset is made when its function is called, so that one that cannot be made
/// is refused alone. What is in JSON must be text that can be stored, without duplicate members.
/// </summary>
public static class ForeignFormats
{
    /// <summary>
    /// Presets as OpenRouter's API answers them, each with a member <c>versions</c> (a list, or the answer that lists
    /// them) or its designated version alone.
    /// </summary>
    /// <exception cref="Refusal">It is not JSON that can be stored.</exception>
    public static IEnumerable<Func<ImportedPart>> OpenRouter(ReadOnlyMemory<byte> json, ImportContext context) =>
        Checked(Items(json), context)
            .Select(item => (Func<ImportedPart>)(() => OpenRouterPresets.Read(item, context)));

    /// <summary>Stored prompts of OpenAI: responses bodies with the prompt's id, version and name.</summary>
    /// <exception cref="Refusal">It is not JSON that can be stored.</exception>
    public static IEnumerable<Func<ImportedPart>> OpenAi(ReadOnlyMemory<byte> json, ImportContext context) =>
        Grouped(json, prompt => prompt.AnyText("id") ?? prompt.AnyText("prompt_id"), context)
            .Select(prompts => (Func<ImportedPart>)(() => OpenAiPrompts.Read(prompts, context)));

    /// <summary>Versions of prompts as Langfuse's API answers them.</summary>
    /// <exception cref="Refusal">It is not JSON that can be stored.</exception>
    public static IEnumerable<Func<ImportedPart>> Langfuse(ReadOnlyMemory<byte> json, ImportContext context) =>
        Grouped(json, prompt => prompt.AnyText("name"), context)
            .Select(prompts => (Func<ImportedPart>)(() => LangfusePrompts.Read(prompts, context)));

    /// <summary>A <c>.prompt.yml</c> file of GitHub.</summary>
    /// <param name="json">The file's YAML as JSON.</param>
    /// <exception cref="Refusal">It is not JSON that can be stored.</exception>
    public static IEnumerable<Func<ImportedPart>> GitHub(ReadOnlyMemory<byte> json, ImportContext context)
    {
        var file = One(json);
        return [() => GitHubPrompt.Read(file, context)];
    }

    /// <summary>A <c>.prompt</c> file of Dotprompt.</summary>
    /// <param name="frontMatter">Its front matter as JSON.</param>
    /// <param name="template">What follows it.</param>
    /// <exception cref="Refusal">It is not JSON that can be stored.</exception>
    public static IEnumerable<Func<ImportedPart>> Dotprompt(
        ReadOnlyMemory<byte> frontMatter, string template, ImportContext context)
    {
        var file = One(frontMatter);
        return [() => DotpromptFile.Read(file, template, context)];
    }

    /// <summary>Divides a <c>.prompt</c> file into its front matter, which may be empty, and its template.</summary>
    public static (string FrontMatter, string Template) SplitDotprompt(string file)
    {
        var lines = file.ReplaceLineEndings("\n").Split('\n');
        // Comments, such as a license, may stand first.
        var start = Array.FindIndex(lines, line => line.Trim().Length > 0 && line[0] != '#');
        var end = start >= 0 && lines[start].TrimEnd() == "---"
            ? Array.FindIndex(lines, start + 1, line => line.TrimEnd() == "---")
            : -1;
        return end < 0
            ? ("", file)
            : (string.Join('\n', lines[(start + 1)..end]), string.Join('\n', lines[(end + 1)..]));
    }

    private static RecordObject One(ReadOnlyMemory<byte> json)
    {
        StoredJson.CheckObject(json.Span);
        return new RecordObject(JsonDocument.Parse(json).RootElement, "");
    }

    // One thing, a list, or an answer that holds either.
    private static List<RecordObject> Items(ReadOnlyMemory<byte> json)
    {
        StoredJson.CheckValue(json.Span);
        var root = JsonDocument.Parse(json).RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var data))
            root = data;
        return root.ValueKind switch
        {
            JsonValueKind.Object => [new RecordObject(root, "")],
            JsonValueKind.Array => [.. root.EnumerateArray().Select((item, i) =>
                item.ValueKind == JsonValueKind.Object
                    ? new RecordObject(item, FormattableString.Invariant($"[{i}]."))
                    : throw new Refusal(
                        RefusalCode.InvalidField, FormattableString.Invariant($"[{i}] must be an object.")))],
            _ => throw new Refusal(RefusalCode.InvalidJson, "It is neither an object nor a list of objects."),
        };
    }

    /// <summary>The versions of each prompt, in the order of their numbers.</summary>
    private static List<List<RecordObject>> Grouped(
        ReadOnlyMemory<byte> json, Func<RecordObject, string?> nameOf, ImportContext context) =>
        Checked(
            [.. Items(json).GroupBy(item => nameOf(item) ?? "")
                .Select(group => group.OrderBy(item => item.Whole("version") ?? 0).ToList())],
            context);

    private static List<T> Checked<T>(List<T> presets, ImportContext context) =>
        context.Slug is null || presets.Count == 1
            ? presets
            : throw new Refusal(RefusalCode.InvalidParameter, "slug is for a single prompt.", "slug");
}
