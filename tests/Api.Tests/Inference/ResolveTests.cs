using System.Text.Json;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeResolveTests(OneNodeHosts hosts) : ResolveTests(hosts);

public abstract class ResolveTests(ApiHosts hosts)
{
    private const string Chat = "/resolve/chat/completions";

    [Theory, Sqlite, Postgres]
    public async Task A_request_is_merged_with_the_preset_it_refers_to(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var created = (await host.Client.CreateAsync(slug, "\"model\":\"openai/gpt-4o\",\"seed\":1.0")).Expect(200);

        var answer = (await host.Client.PostAsync(
            Chat, $$"""{"model":"@preset/{{slug}}","messages":[{"role":"user","content":"Hi"}],"x":1.50}"""))
            .Expect(200);

        Assert.Equal($"{slug}:1", answer.Headers["X-Preset"]);
        Assert.Equal(
            (created.Data.GetProperty("id").GetString(), slug, 1),
            (
                answer.Data.GetProperty("preset").GetProperty("id").GetString(),
                answer.Data.GetProperty("preset").GetProperty("slug").GetString(),
                answer.Data.GetProperty("preset").GetProperty("version").GetInt32()));
        var body = answer.Data.GetProperty("body");
        Assert.Equal("openai/gpt-4o", body.GetProperty("model").GetString());
        Assert.Equal("1.0", body.GetProperty("seed").GetRawText());
        Assert.Equal("1.50", body.GetProperty("x").GetRawText());
        Assert.Equal(
            ["You are terse.", "Hi"],
            body.GetProperty("messages").EnumerateArray().Select(each => each.GetProperty("content").GetString()));
        Assert.Equal(
            """{"fields":{"model":"preset","messages":"both","x":"request","seed":"preset"},"tools":[]}""",
            answer.Data.GetProperty("provenance").GetRawText());
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_of_one_body_serves_the_other_two(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (await host.Client.CreateAsync(slug, "\"model\":\"m\",\"max_tokens\":7,\"seed\":1")).Expect(200);

        var messages = (await host.Client.PostAsync(
            "/resolve/messages", $$"""{"model":"@preset/{{slug}}","messages":[]}""")).Expect(200);
        var responses = (await host.Client.PostAsync(
            "/resolve/responses", $$"""{"model":"@preset/{{slug}}","input":"Hi"}""")).Expect(200);

        Assert.Equal(7, messages.Data.GetProperty("body").GetProperty("max_tokens").GetInt32());
        Assert.Equal(7, responses.Data.GetProperty("body").GetProperty("max_output_tokens").GetInt32());
        Assert.Equal(
            "You are terse.", responses.Data.GetProperty("body").GetProperty("instructions").GetString());
        Assert.Equal(("seed", "seed"), (messages.Headers["X-Preset-Dropped"], responses.Headers["X-Preset-Dropped"]));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_pin_names_a_version_by_its_number_or_a_label(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 3);
        (await host.Client.PutAsync($"/presets/{slug}/labels/live", """{"version":2}""")).Expect(200);
        (await host.Client.PatchAsync($"/presets/{slug}", """{"designated_version":1}""")).Expect(200);

        // Twice, since the second is from memory.
        foreach (var (pin, version) in (IEnumerable<(string, int)>)
        [
            ("", 1), (":1", 1), (":2", 2), (":3", 3), (":live", 2), (":latest", 3), (":designated", 1),
            (":nitro", 1), (":2:nitro", 2), (":live:online", 2), ("", 1), (":2", 2), (":live", 2),
        ])
        {
            var answer = await ResolveAsync(host.Client, $"@preset/{slug}{pin}");

            Assert.Equal((version, $"{slug}:{version}"), (SeedOf(answer), answer.Headers["X-Preset"]));
            Assert.Equal(
                pin.EndsWith(":nitro", StringComparison.Ordinal) ? "m:nitro"
                : pin.EndsWith(":online", StringComparison.Ordinal) ? "m:online" : "m",
                answer.Data.GetProperty("body").GetProperty("model").GetString());
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task What_a_preset_becomes_is_seen_by_the_next_request(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 2);
        var path = $"/presets/{slug}";
        (await host.Client.PutAsync(path + "/labels/live", """{"version":1}""")).Expect(200);
        Assert.Equal(1, SeedOf(await ResolveAsync(host.Client, $"@preset/{slug}:live")));
        Assert.Equal(2, SeedOf(await ResolveAsync(host.Client, $"@preset/{slug}")));

        (await host.Client.PutAsync(path + "/labels/live", """{"version":2}""")).Expect(200);
        Assert.Equal(2, SeedOf(await ResolveAsync(host.Client, $"@preset/{slug}:live")));
        (await host.Client.PatchAsync(path, """{"designated_version":1}""")).Expect(200);
        Assert.Equal(1, SeedOf(await ResolveAsync(host.Client, $"@preset/{slug}")));
        (await host.Client.CreateAsync(slug, "\"model\":\"m\",\"seed\":3")).Expect(200);
        Assert.Equal(3, SeedOf(await ResolveAsync(host.Client, $"@preset/{slug}")));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_lock_holds_for_every_version_as_soon_as_it_is_set(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 2);
        string[] references = [$"@preset/{slug}", $"@preset/{slug}:1"];
        foreach (var reference in references)
            Assert.Equal(9, SeedOf(await ResolveAsync(host.Client, reference, "\"seed\":9,")));

        (await host.Client.PatchAsync($"/presets/{slug}", """{"locked":["seed"]}""")).Expect(200);
        foreach (var reference in references)
            (await SendAsync(host.Client, reference, "\"seed\":9,")).IsError(403, "field_locked", "seed");

        (await host.Client.PatchAsync($"/presets/{slug}", """{"locked":[]}""")).Expect(200);
        foreach (var reference in references)
            Assert.Equal(9, SeedOf(await ResolveAsync(host.Client, reference, "\"seed\":9,")));
    }

    [Theory, Sqlite, Postgres]
    public async Task What_is_not_there_is_not_found(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 1);
        var stranger = await PresetTests.NewWorkspaceAsync(host);

        foreach (var (client, reference) in (IEnumerable<(ApiClient, string)>)
        [
            (host.Client, slug + "x"), (host.Client, slug + ":2"), (host.Client, slug + ":live"),
            (stranger, slug), (stranger, slug + ":1"),
        ])
        {
            var answer = await SendAsync(client, $"@preset/{reference}");

            answer.IsError(404, "not_found");
            Assert.Equal(
                $"Preset \"{reference.Split(':')[0]}\" not found.",
                answer.Json.GetProperty("error").GetProperty("message").GetString());
            Assert.DoesNotContain("X-Preset", answer.Headers.Keys);
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task A_disabled_preset_is_refused_and_an_archived_one_not_found(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 1);
        foreach (var reference in (string[])[$"@preset/{slug}", $"@preset/{slug}:1", $"@preset/{slug}:7"])
        {
            (await host.Client.PatchAsync($"/presets/{slug}", """{"status":"disabled"}""")).Expect(200);
            (await SendAsync(host.Client, reference)).IsError(403, "preset_disabled");
            (await host.Client.PatchAsync($"/presets/{slug}", """{"status":"archived"}""")).Expect(200);
            (await SendAsync(host.Client, reference)).IsError(404, "preset_archived");
        }

        (await host.Client.PatchAsync($"/presets/{slug}", """{"status":"active"}""")).Expect(200);
        Assert.Equal(1, SeedOf(await ResolveAsync(host.Client, $"@preset/{slug}:1")));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_purged_presets_text_is_never_served(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 2);
        string[] references = [$"@preset/{slug}", $"@preset/{slug}:1", $"@preset/{slug}:2"];
        foreach (var reference in references)
            await ResolveAsync(host.Client, reference);

        (await host.Client.DeleteAsync($"/presets/{slug}")).Expect(200);
        (await host.Management.DeleteAsync($"/presets/{slug}?purge=true")).Expect(200);
        foreach (var reference in references)
            (await SendAsync(host.Client, reference)).IsError(404, "not_found");

        (await host.Client.CreateAsync(slug, "\"model\":\"m\",\"seed\":77")).Expect(200);
        Assert.Equal(77, SeedOf(await ResolveAsync(host.Client, references[0])));
        Assert.Equal(77, SeedOf(await ResolveAsync(host.Client, references[1])));
        (await SendAsync(host.Client, references[2])).IsError(404, "not_found");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_request_without_a_reference_comes_back_as_it_is(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        const string Body = """{"model": "openai/gpt-4o", "seed": 1.0, "messages": []}""";

        var answer = (await host.Client.PostAsync(Chat, Body)).Expect(200);

        Assert.Equal(Body, answer.Data.GetProperty("body").GetRawText());
        Assert.Equal(
            (JsonValueKind.Null, JsonValueKind.Null),
            (answer.Data.GetProperty("preset").ValueKind, answer.Data.GetProperty("provenance").ValueKind));
        Assert.DoesNotContain("X-Preset", answer.Headers.Keys);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_variable_that_is_missing_is_named(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (await host.Client.PostAsync(
            $"/presets/{slug}/responses", """{"model":"m","instructions":"{{greeting}}, {{name}}!"}""")).Expect(200);

        var answer = (await host.Client.PostAsync(
            "/resolve/responses",
            $$$$"""{"prompt":{"id":"{{{{slug}}}}","variables":{"greeting":"Hello"}}}""")).Expect(200);

        Assert.Equal(
            "Hello, {{name}}!", answer.Data.GetProperty("body").GetProperty("instructions").GetString());
        Assert.Equal("name", answer.Headers["X-Preset-Unfilled"]);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_large_body_comes_back_whole(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 1);
        var text = new string('x', 700_000);

        var answer = await ResolveAsync(host.Client, $"@preset/{slug}", $"\"x\":\"{text}\",");

        Assert.Equal(text, answer.Data.GetProperty("body").GetProperty("x").GetString());
    }

    private static async Task<Answer> ResolveAsync(ApiClient client, string model, string fields = "") =>
        (await SendAsync(client, model, fields)).Expect(200);

    private static Task<Answer> SendAsync(ApiClient client, string model, string fields = "") =>
        client.PostAsync(Chat, $$"""{"model":"{{model}}",{{fields}}"messages":[{"role":"user","content":"Hi"}]}""");

    private static int SeedOf(Answer answer) =>
        answer.Data.GetProperty("body").GetProperty("seed").GetInt32();

    /// <summary>The slug of a new preset with so many versions, whose seeds are their numbers.</summary>
    private static async Task<string> NewPresetAsync(ApiHost host, int versions)
    {
        var slug = ApiHost.NewSlug();
        for (var number = 1; number <= versions; number++)
            (await host.Client.CreateAsync(slug, $"\"model\":\"m\",\"seed\":{number}")).Expect(200);
        return slug;
    }
}
