using System.Text;

namespace Presets.Tests;

public sealed class ForeignFormatsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void OpenRouters_presets_keep_what_the_answer_says()
    {
        var part = One(ForeignFormats.OpenRouter, """
            {"data":[{"id":"650e8400-e29b-41d4-a716-446655440001","workspace_id":"750e8400-e29b-41d4-a716-446655440002",
            "creator_user_id":"user_9","name":"My preset","slug":"mine","description":"d","status":"disabled",
            "designated_version_id":"550e8400-e29b-41d4-a716-446655440001","created_at":"2026-04-20T10:00:00Z",
            "updated_at":"2026-04-21T10:00:00Z","status_updated_at":"2026-04-21T10:00:00Z",
            "versions":{"data":[
            {"id":"550e8400-e29b-41d4-a716-446655440002","version":2,"creator_id":"user_8","system_prompt":"Two",
            "config":{"model":"b"},"created_at":"2026-04-21T10:00:00Z"},
            {"id":"550e8400-e29b-41d4-a716-446655440001","version":1,"creator_id":"user_9","system_prompt":null,
            "config":{"model":"a","top_p":null,"tools":[ 1.0 ],"later":{"a": 1}},
            "created_at":"2026-04-20T10:00:00Z"}]}}]}
            """);

        var preset = part.Preset!;
        Assert.Equal(("mine", "My preset", "d", PresetStatus.Disabled, "user_9"),
            (preset.FullName.Slug, preset.Name, preset.Description, preset.Status, preset.CreatorUserId));
        Assert.Equal((2, 1), (preset.LatestVersion, preset.DesignatedVersion));
        Assert.Equal(["""{"model":"a","tools":[ 1.0 ],"later":{"a": 1}}""", """{"model":"b"}"""], Configs(part));
        Assert.Equal(["none", "Two"], Prompts(part));
        Assert.Empty(part.Dropped);
        Fits(part);
    }

    [Fact]
    public void A_preset_of_OpenRouter_without_its_versions_has_the_designated_one()
    {
        var part = One(ForeignFormats.OpenRouter, """
            {"data":{"slug":"mine","designated_version":{"version":7,"config":{"model":"a"}}}}
            """);

        Assert.Equal(1, part.Preset!.LatestVersion);
        Assert.Equal(
            ["the versions but the designated one, which are not there",
                "the numbers of versions, which are not all there"],
            part.Dropped);
        Fits(part);
    }

    [Fact]
    public void OpenAIs_prompts_are_responses_bodies()
    {
        var part = One(ForeignFormats.OpenAi, """
            [{"id":"pmpt_1","object":"prompt","name":"Support bot","version":"2","model":"gpt-5.1","is_default":false,
            "instructions":"Help {{customer_name}}.","tools":[{"type":"web_search"}],"variables":{"customer_name":"x"}},
            {"id":"pmpt_1","object":"prompt","name":"Support bot","version":"1","model":"gpt-4o","is_default":true,
            "messages":[{"role":"developer","content":[{"type":"input_text","text":"Be {{tone}}."}]},
            {"role":"user","content":"Hi"}],"temperature":0.50}]
            """);

        Assert.Equal(("Support-bot", "Support bot"), (part.Name.Slug, part.Preset!.Name));
        Assert.Equal((2, 1), (part.Preset.LatestVersion, part.Preset.DesignatedVersion));
        Assert.Equal(
            ["""{"model":"gpt-4o","temperature":0.50}""",
                """{"model":"gpt-5.1","tools":[{"type":"web_search"}]}"""],
            Configs(part));
        Assert.Equal(["Be {{tone}}.", "Help {{customer_name}}."], Prompts(part));
        Assert.Equal(["messages[1] (user)", "variables"], part.Dropped);
        Fits(part);
    }

    [Fact]
    public void Langfuses_prompts_keep_labels_and_what_a_chat_body_may_say()
    {
        var part = One(ForeignFormats.Langfuse, """
            {"data":[{"name":"movie critic","type":"chat","version":2,"labels":["latest","staging","Not A Label"],
            "tags":["movies"],"commitMessage":"terse","config":{"model":"gpt-4o","temperature":0.5,"languages":["en"]},
            "prompt":[{"role":"system","content":"You are a {{level}} critic."},{"type":"placeholder","name":"history"},
            {"role":"user","content":"{{movie}}?"}]},
            {"name":"movie critic","type":"text","version":1,"labels":["production"],"tags":[],"config":{},
            "prompt":"As a {{level}} critic, rate {{movie}}."}]}
            """);

        Assert.Equal("movie-critic", part.Name.Slug);
        Assert.Equal(["production", "staging"], part.Preset!.Labels.Select(label => label.Name));
        Assert.Equal((2, 1), (part.Preset.LatestVersion, part.Preset.DesignatedVersion));
        Assert.Equal(["{}", """{"model":"gpt-4o","temperature":0.5}"""], Configs(part));
        Assert.Equal(["As a {{level}} critic, rate {{movie}}.", "You are a {{level}} critic."], Prompts(part));
        Assert.Equal("terse", part.Versions[1].Message);
        Assert.Equal(
            ["prompt[1] (no role)", "prompt[2] (user)", "languages", "label Not A Label", "tags"], part.Dropped);
        Fits(part);
    }

    [Fact]
    public void A_file_of_GitHub_keeps_its_parameters_under_the_names_of_a_chat_body()
    {
        var part = One(ForeignFormats.GitHub, """
            {"name":"Text Summarizer","description":"Short","model":"openai/gpt-4o-mini",
            "modelParameters":{"temperature":0.5,"maxTokens":100,"topP":1,"mirostat":2},"responseFormat":"json_schema",
            "jsonSchema":"{\"name\":\"s\",\"schema\":{\"type\":\"object\"}}",
            "messages":[{"role":"system","content":"Summarize.\n"},{"role":"user","content":"{{input}}"}],
            "testData":[{"input":"x"}],"evaluators":[]}
            """);

        Assert.Equal(("Text-Summarizer", "Short"), (part.Name.Slug, part.Preset!.Description));
        Assert.Equal(
            ["""
            {"model":"openai/gpt-4o-mini","temperature":0.5,"max_tokens":100,"top_p":1,
            "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object"}}}}
            """.ReplaceLineEndings("")],
            Configs(part));
        Assert.Equal(["Summarize.\n"], Prompts(part));
        Assert.Equal(["messages[1] (user)", "testData", "evaluators", "mirostat"], part.Dropped);
        Fits(part);
    }

    [Fact]
    public void A_file_of_Dotprompt_keeps_the_system_part_of_its_template()
    {
        var part = ForeignFormats.Dotprompt(
            Bytes("""
                {"name":"greeting","variant":"formal","model":"googleai/gemini-2.5-flash","tools":["timeOfDay"],
                "config":{"temperature":0.7,"topK":20,"stopSequences":["STOP"],"version":"x"},
                "input":{"schema":{"name":"string"}},"output":{"format":"json","schema":{"greeting":"string"}}}
                """),
            "{{role \"system\"}}\nGreet {{name}}.\n{{#if formal}}Bow.{{/if}}\n{{role \"user\"}}\nHello\n",
            Context()).Single()();

        Assert.Equal(("greeting.formal", "greeting"), (part.Name.Slug, part.Preset!.Name));
        Assert.Equal(["""
            {"model":"googleai/gemini-2.5-flash","temperature":0.7,"top_k":20,"stop":["STOP"],
            "response_format":{"type":"json_object"}}
            """.ReplaceLineEndings("")],
            Configs(part));
        Assert.Equal(["Greet {{name}}.\n{{#if formal}}Bow.{{/if}}"], Prompts(part));
        Assert.Equal(
            ["input", "output.schema, which is no JSON Schema", "the template's message of the role user", "tools",
                "version"],
            part.Dropped.Order(StringComparer.Ordinal));
        Fits(part);
    }

    [Theory]
    [InlineData("---\nmodel: a\n---\n{{x}}\n---\n", "model: a", "{{x}}\n---\n")]
    [InlineData("# License\n---\r\nmodel: a\r\n---\r\nText", "model: a", "Text")]
    [InlineData("Text\n---\n", "", "Text\n---\n")]
    [InlineData("", "", "")]
    public void Front_matter_ends_with_its_second_line_of_dashes(string file, string frontMatter, string template) =>
        Assert.Equal((frontMatter, template), ForeignFormats.SplitDotprompt(file));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"slug\":\"s\",\"name\":\"n\",\"id\":\"i\",\"prompt\":\"\\u0000\"}")]
    [InlineData("{\"slug\":\"s\",\"name\":\"n\",\"id\":\"i\",\"prompt\":\"\\ud800\"}")]
    [InlineData("{\"name\":\"///\",\"id\":\"///\",\"slug\":\"///\",\"prompt\":\"x\"}")]
    [InlineData(
        """
        {"name":"n","id":"n","slug":"n","prompt":"x","config":{"temperature":9},"temperature":9,"versions":[{}]}
        """)]
    [InlineData("{\"name\":\"n\",\"id\":\"n\",\"slug\":\"n\",\"prompt\":[1],\"versions\":1}")]
    public void What_is_hostile_ends_in_a_refusal(string json)
    {
        Func<ReadOnlyMemory<byte>, ImportContext, IEnumerable<Func<ImportedPart>>>[] formats =
            [ForeignFormats.OpenRouter, ForeignFormats.OpenAi, ForeignFormats.Langfuse];
        foreach (var format in formats)
            Assert.Throws<Refusal>(() => format(Bytes(json), Context()).Single()());
    }

    [Fact]
    public void The_slug_of_the_request_is_for_a_single_prompt()
    {
        var context = Context() with { Slug = "other" };

        var part = ForeignFormats.Langfuse(Bytes("""{"name":"a b","prompt":"x"}"""), context).Single()();

        Assert.Equal(("other", "a b"), (part.Name.Slug, part.Preset!.Name));
        Assert.Throws<Refusal>(() => ForeignFormats.Langfuse(
            Bytes("""[{"name":"a","prompt":"x"},{"name":"b","prompt":"x"}]"""), context).Count());
    }

    [Fact]
    public void Texts_that_are_too_long_are_cut_between_characters()
    {
        var (name, description, message) = (Faces(257), Faces(4097), Faces(501));

        var github = One(ForeignFormats.GitHub, $$"""
            {"name":"{{name}}","description":"{{description}}","messages":[{"role":"system","content":"x"}]}
            """, Context() with { Slug = "faces" });
        var langfuse = One(ForeignFormats.Langfuse, $$"""
            {"name":"faces","prompt":"x","commitMessage":"{{message}}"}
            """);

        Assert.Equal((Faces(256), Faces(4096)), (github.Preset!.Name, github.Preset.Description));
        Assert.Equal(
            ["the name's characters after the 256th", "the description's characters after the 4,096th"],
            github.Dropped);
        Assert.Equal(Faces(500), langfuse.Versions[0].Message);
        Assert.Equal(["the message's characters after the 500th"], langfuse.Dropped);

        static string Faces(int count) => string.Concat(Enumerable.Repeat("\U0001F600", count));
    }

    private static ImportContext Context() => new(Guid.NewGuid(), "user_1", null, Now);

    private static ImportedPart One(
        Func<ReadOnlyMemory<byte>, ImportContext, IEnumerable<Func<ImportedPart>>> format,
        string json,
        ImportContext? context = null) =>
        format(Bytes(json), context ?? Context()).Single()();

    private static string[] Configs(ImportedPart part) =>
        [.. part.Versions.Select(version => Encoding.UTF8.GetString(version.Config.Span))];

    private static string[] Prompts(ImportedPart part) =>
        [.. part.Versions.Select(version =>
            version.SystemPrompt is { } text ? Encoding.UTF8.GetString(text.Span) : "none")];

    private static void Fits(ImportedPart part) => new ImportSequence(part.Preset!).Add(part);

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
