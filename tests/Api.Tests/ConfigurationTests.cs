using System.Text.Json;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeConfigurationTests(OneNodeHosts hosts) : ConfigurationTests(hosts);

/// <summary>Versions made from what the answers of other versions show.</summary>
public abstract class ConfigurationTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task A_configuration_makes_the_preset_and_the_next_a_version(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        const string Config = """{"model":"a/b","temperature":1.50e-1,"tools":[{ "z":1,"a":"\u00e9\/"}]}""";

        var first = (await PostAsync(host, slug, $$"""{"config":{{Config}},"system_prompt":"A\nB"}""")).Expect(200);
        var second = (await PostAsync(
            host,
            slug,
            """{"message":"Why é","config":{"max_tokens":5,"model":"m","seed":null},"body":"messages","stream":1}"""))
            .Expect(200);

        Assert.Equal(Config, Version(first).GetProperty("config").GetRawText());
        Assert.Equal("A\nB", Text(first, "system_prompt"));
        Assert.Equal((null, null), (Text(first, "body"), Text(first, "message")));
        Assert.Equal("""{"max_tokens":5,"model":"m"}""", Version(second).GetProperty("config").GetRawText());
        Assert.Equal(("messages", "Why é"), (Text(second, "body"), Text(second, "message")));
        Assert.Null(Text(second, "system_prompt"));
        Assert.Equal("2", second.Headers["X-Created-Version"]);
        Assert.Equal("stream", second.Headers["X-Ignored-Fields"]);
        var read = (await host.Client.GetAsync($"/presets/{slug}")).Expect(200);
        Assert.Equal((second.Text, second.Headers["ETag"]), (read.Text, read.Headers["ETag"]));
    }

    [Theory, Sqlite, Postgres]
    public async Task Every_version_is_accepted_as_it_was_answered(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        foreach (var (route, body) in ((string, string)[])
        [
            ("chat/completions", """{"messages":[{"role":"system","content":"\"S\u0001"}],"stop":[ "x" ]}"""),
            ("messages", """{"model":"m","max_tokens":5.0,"system":"M","messages":[],"service_tier":"any"}"""),
            ("responses", """{"model":"m","input":"x","truncation":"auto","text":{"b":1e400,"a":2}}"""),
            ("versions", """{"config":{"fallbacks":[],"truncation":"auto"},"message":"Both"}"""),
        ])
            (await host.Client.PostAsync($"/presets/{slug}/{route}", body)).Expect(200);

        for (var number = 1; number <= 4; number++)
        {
            var version = (await host.Client.GetAsync($"/presets/{slug}/versions/{number}")).Expect(200).Data;

            var again = (await PostAsync(host, slug, version.GetRawText())).Expect(200);

            foreach (var member in (string[])["config", "system_prompt", "body", "message"])
                Assert.Equal(version.GetProperty(member).GetRawText(), Version(again).GetProperty(member).GetRawText());
            Assert.Equal($"{4 + number}", again.Headers["X-Created-Version"]);
            Assert.Equal(
                "id, preset_id, version, creator_id, labels, created_at, updated_at",
                again.Headers["X-Ignored-Fields"]);
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task A_request_repeated_with_its_idempotency_key_makes_one_version(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (string, string) header = ("Idempotency-Key", Guid.NewGuid().ToString());
        const string Body = """{"config":{"model":"m"},"messages":[{"role":"user"}],"model":"m"}""";

        var first = await PostAsync(host, slug, Body, header);
        var again = await PostAsync(host, slug, Body, header);
        var other = await PostAsync(host, slug, """{"config":{"model":"n"}}""", header);
        var chat = await host.Client.PostAsync($"/presets/{slug}/chat/completions", Body, header);

        Assert.DoesNotContain("Idempotent-Replayed", first.Expect(200).Headers.Keys);
        Assert.Equal("true", again.Expect(200).Headers["Idempotent-Replayed"]);
        Assert.Equal((first.Text, first.Headers["ETag"]), (again.Text, again.Headers["ETag"]));
        other.IsError(422, "idempotency_key_reused", "Idempotency-Key");
        chat.IsError(422, "idempotency_key_reused", "Idempotency-Key");
    }

    [Theory]
    [Sqlite("{}", "missing_field", "config"), Postgres("{}", "missing_field", "config")]
    [Sqlite("""{"config":{"stream":true}}""", "unknown_field", "config.stream")]
    [Postgres("""{"config":{"stream":true}}""", "unknown_field", "config.stream")]
    [Sqlite("""{"config":{"seed":1,"model":"m"},"body":"messages"}""", "unknown_field", "config.seed")]
    [Sqlite("""{"config":{"temperature":3}}""", "invalid_field", "config.temperature")]
    [Sqlite("""{"config":{"model":"@preset/a"}}""", "nested_preset", "config.model")]
    [Sqlite("""{"config":{"seed":1,"seed":1}}""", "duplicate_key", "config.seed")]
    [Postgres("""{"config":{"model":"\u0000"}}""", "invalid_field", "config.model")]
    [Postgres("""{"config":{},"message":"\u0000"}""", "invalid_field", "message")]
    [Postgres("""{"config":{},"system_prompt":"\ud800"}""", "invalid_field", "system_prompt")]
    [Sqlite("""{"config":{},"body":"chat"}""", "invalid_field", "body")]
    [Sqlite("\ufeff{\"config\":{}}", "invalid_json", null), Sqlite("", "invalid_json", null)]
    [Sqlite("""{"config":{},"workspace_id":"x"}""", "invalid_field", "workspace_id")]
    public async Task What_is_not_a_configuration_is_refused(Engine engine, string body, string reason, string? field)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        (await PostAsync(host, slug, body)).IsError(400, reason, field);

        (await host.Client.GetAsync($"/presets/{slug}")).IsError(404, "not_found");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_message_of_500_characters_of_any_plane_is_kept(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var message = string.Concat(Enumerable.Repeat("😀", 500));

        var kept = await PostAsync(host, slug, $$"""{"config":{},"message":"{{message}}"}""");
        var refused = await PostAsync(host, slug, $$"""{"config":{},"message":"{{message}}!"}""");

        Assert.Equal(message, Text(kept.Expect(200), "message"));
        refused.IsError(400, "invalid_field", "message");
        var read = (await host.Client.GetAsync($"/presets/{slug}/versions/1")).Expect(200);
        Assert.Equal(message, read.Data.GetProperty("message").GetString());
    }

    [Theory, Sqlite, Postgres]
    public async Task Only_an_ordinary_key_creates_and_in_its_own_workspace(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var created = (await host.Client.CreateAsync(slug)).Expect(200);
        var workspace = created.Data.GetProperty("workspace_id").GetString();
        var other = Guid.NewGuid();

        (await host.Management.PostAsync($"/presets/{slug}/versions", """{"config":{}}""")).IsError(403, "forbidden");
        (await PostAsync(host, slug, $$"""{"config":{},"workspace_id":"{{other}}"}"""))
            .IsError(404, "not_found", "workspace_id");
        (await PostAsync(host, slug, $$"""{"config":{},"workspace_id":"{{workspace}}"}""")).Expect(200);
    }

    private static Task<Answer> PostAsync(
        ApiHost host, string slug, string body, params (string Name, string Value)[] headers) =>
        host.Client.PostAsync($"/presets/{slug}/versions", body, headers);

    private static JsonElement Version(Answer created) => created.Data.GetProperty("designated_version");

    private static string? Text(Answer created, string member) => Version(created).GetProperty(member).GetString();
}
