using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class ImportFormatTests(OneNodeHosts hosts)
{
    private const string Dotprompt = "application/vnd.dotprompt";
    private const string GitHub = "application/vnd.github.prompt+yaml";
    private const string Langfuse = "application/vnd.langfuse.prompts+json";
    private const string OpenAi = "application/vnd.openai.prompt+json";
    private const string OpenRouter = "application/vnd.openrouter.presets+json";

    [Theory]
    [InlineData(
        OpenRouter, """{"data":{"slug":"a","designated_version":{"config":{"model":"m"},"system_prompt":"p"}}}""", "m",
        "p", "the versions but the designated one, which are not there")]
    [InlineData(OpenAi, """{"id":"a","model":"m","instructions":"p","variables":{"x":"y"}}""", "m", "p", "variables")]
    [InlineData(Langfuse, """{"name":"a","prompt":"p","config":{"model":"m","x":1}}""", "m", "p", "x")]
    [InlineData(
        GitHub, "name: a\nmodel: m\nmessages:\n  - role: system\n    content: p\ntestData: []\n", "m", "p", "testData")]
    [InlineData(
        Dotprompt, "---\nname: a\nmodel: m\ninput:\n  schema:\n    x: string\n---\n{{role \"system\"}}p\n", "m", "p",
        "input")]
    public async Task A_format_becomes_a_preset_and_says_what_it_dropped(
        string type, string body, string model, string prompt, string dropped)
    {
        var site = await MovingSite.NewAsync(await hosts.OnAsync(Engine.Sqlite));

        var results = await site.ImportAsync(body, type: type + "; charset=utf-8");

        Assert.Equal("imported", results[0].GetProperty("result").GetString());
        Assert.Equal([dropped], results[0].GetProperty("dropped").EnumerateArray().Select(each => each.GetString()));
        var version = (await site.Client.GetAsync("/presets/a")).Expect(200).Data.GetProperty("designated_version");
        Assert.Equal($$"""{"model":"{{model}}"}""", version.GetProperty("config").GetRawText());
        Assert.Equal(prompt, version.GetProperty("system_prompt").GetString());
    }

    [Theory]
    [InlineData(GitHub, "a: &x [1]\nb: [*x, *x]\n", "invalid_request")]
    [InlineData(GitHub, "name: a\nname: b\n", "duplicate_key")]
    [InlineData(GitHub, "- a\n", "invalid_json")]
    [InlineData(Dotprompt, "---\nname: [\n---\nx", "invalid_request")]
    [InlineData(OpenRouter, "[", "invalid_json")]
    [InlineData(OpenAi, "{\"id\":\"a\",\"id\":\"a\"}", "duplicate_key")]
    [InlineData(Langfuse, "\u0001", "invalid_json")]
    public async Task What_is_no_file_of_the_format_is_refused(string type, string body, string reason)
    {
        var site = await MovingSite.NewAsync(await hosts.OnAsync(Engine.Sqlite));

        using var response = await site.SendAsync(new StringContent(body), "", type);

        var answer = await Answer.ReadAsync(response);
        Assert.Equal((400, reason), (answer.Status, answer.Reason));
    }

    [Fact]
    public async Task One_prompt_that_cannot_be_kept_is_refused_alone()
    {
        var site = await MovingSite.NewAsync(await hosts.OnAsync(Engine.Sqlite));

        var results = await site.ImportAsync(
            """
            [{"name":"a","prompt":"p","config":{"temperature":"hot"}},{"name":"b","prompt":"p"}]
            """,
            type: Langfuse);

        Assert.Equal(["refused", "imported", "done"], Results(results));
        Assert.Equal("temperature", Metadata(results[0], "field"));
    }

    [Fact]
    public async Task A_slug_is_given_in_the_query_or_refused()
    {
        var site = await MovingSite.NewAsync(await hosts.OnAsync(Engine.Sqlite));

        Assert.Equal(["imported", "done"], Results(await site.ImportAsync("Hi {{x}}", "?slug=b", Dotprompt)));
        Assert.Equal(["refused", "done"], Results(await site.ImportAsync("Hi {{x}}", "", Dotprompt)));
        using var response = await site.SendAsync(new StringContent("Hi"), "?slug=a%20b", Dotprompt);
        (await Answer.ReadAsync(response)).IsError(400, "invalid_slug", "slug");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\u0000\u0001\u0002")]
    [InlineData("{\"slug\":\"a\",\"slug\":\"b\"}")]
    public async Task A_line_that_is_no_record_is_refused_and_the_next_is_read(string line)
    {
        var site = await MovingSite.NewAsync(await hosts.OnAsync(Engine.Sqlite));

        var results = await site.ImportAsync($"{line}\r\n\n{line}");

        Assert.Equal(["refused", "refused", "done"], Results(results));
        Assert.Equal([1, 3], results[..2].Select(result => result.GetProperty("line").GetInt32()));
        Assert.Equal(2, results[2].GetProperty("counts").GetProperty("refused").GetInt32());
    }

    [Fact]
    public async Task A_line_of_a_hundred_megabytes_ends_in_a_clear_error()
    {
        var site = await MovingSite.NewAsync(await hosts.OnAsync(Engine.Sqlite));

        using var response = await site.SendAsync(new ByteArrayContent(new byte[100_000_000]));

        (await Answer.ReadAsync(response)).IsError(413, "body_too_large");
    }

    [Fact]
    public async Task Compression_is_undone_and_counted_after_it()
    {
        await using var node = await OneNode.StartAsync(
            Engine.Sqlite, settings: ["--Presets:MaxImportBytes", "100000"]);
        var (here, there) = (await MovingSite.NewAsync(node), await MovingSite.NewAsync(node));
        (await here.Client.CreateAsync("a")).Expect(200);

        var results = await ReadAsync(await SendAsync(Encoding.UTF8.GetBytes(await here.ExportAsync())));
        Assert.Equal(["imported", "done"], Results(results));
        using var large = await SendAsync(new byte[200_000]);
        (await Answer.ReadAsync(large)).IsError(413, "body_too_large");
        using var named = await there.SendAsync(new ByteArrayContent(new byte[200_000]));
        (await Answer.ReadAsync(named)).IsError(413, "body_too_large");

        Task<HttpResponseMessage> SendAsync(byte[] body)
        {
            var buffer = new MemoryStream();
            using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
                gzip.Write(body);
            var content = new ByteArrayContent(buffer.ToArray());
            content.Headers.ContentEncoding.Add("gzip");
            return there.SendAsync(content);
        }
    }

    private static async Task<JsonElement[]> ReadAsync(HttpResponseMessage response) =>
        [.. (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];

    private static string[] Results(JsonElement[] lines) =>
        [.. lines.Select(line => line.GetProperty("result").GetString()!)];

    private static string? Metadata(JsonElement result, string member) =>
        result.GetProperty("error").GetProperty("metadata").GetProperty(member).GetString();
}
