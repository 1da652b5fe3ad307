using System.Text;
using System.Text.Json;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodePresetTests(OneNodeHosts hosts) : PresetTests(hosts);

public abstract class PresetTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task The_first_create_makes_the_preset_and_the_next_a_version(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        var first = (await host.Client.CreateAsync(slug, "\"model\":\"a/b\"")).Expect(200).Data;
        var second = (await host.Client.CreateAsync(slug, "\"model\":\"a/c\"")).Expect(200).Data;

        Assert.Equal((slug, slug, "active"), (Text(first, "slug"), Text(first, "name"), Text(first, "status")));
        Assert.Equal(JsonValueKind.Null, first.GetProperty("description").ValueKind);
        Assert.Equal(Text(first, "id"), Text(second, "id"));
        Assert.Equal(1, first.GetProperty("designated_version").GetProperty("version").GetInt32());
        Assert.Equal(2, second.GetProperty("designated_version").GetProperty("version").GetInt32());
        Assert.Equal(
            """{"model":"a/c"}""", second.GetProperty("designated_version").GetProperty("config").GetRawText());
        Assert.Equal("You are terse.", Text(second.GetProperty("designated_version"), "system_prompt"));
        Assert.EndsWith("Z", Text(second, "updated_at"), StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_read_answers_the_bytes_of_the_create(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        var created = await host.Client.CreateAsync(
            slug, """ "model":"a/b","temperature" : 1.50e-1 ,"tools":[{"type":"function","z":1,"a":"\u00e9\/"}]""");
        var read = await host.Client.GetAsync($"/presets/{slug}");

        Assert.Equal(created.Expect(200).Text, read.Expect(200).Text);
        Assert.Contains(
            """{"model":"a/b","temperature":1.50e-1,"tools":[{"type":"function","z":1,"a":"\u00e9\/"}]}""", read.Text,
            StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task All_three_bodies_make_versions_of_one_preset(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        var chat = await host.Client.PostAsync(
            $"/presets/{slug}/chat/completions", """{"messages":[{"role":"developer","content":"C"}],"stop":["x"]}""");
        var messages = await host.Client.PostAsync(
            $"/presets/{slug}/messages", """{"model":"m","max_tokens":5,"system":"M","messages":[]}""");
        var responses = await host.Client.PostAsync(
            $"/presets/{slug}/responses", """{"model":"m","instructions":"R","input":"x","truncation":"auto"}""");

        Answer[] answers = [chat, messages, responses];
        string[] configs = [.. answers.Select(answer =>
            answer.Expect(200).Data.GetProperty("designated_version").GetProperty("config").GetRawText())];
        Assert.Equal(
            ["""{"stop":["x"]}""", """{"model":"m","max_tokens":5}""", """{"model":"m","truncation":"auto"}"""],
            configs);
        Assert.Equal(["C", "M", "R"], (await host.Client.GetAsync($"/presets/{slug}/versions")).Each("system_prompt"));
    }

    [Theory, Sqlite, Postgres]
    public async Task What_is_not_kept_is_named(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        var some = await host.Client.CreateAsync(
            ApiHost.NewSlug(), "\"stream\":true,\"model\":\"m\",\"user\":\"u\",\"whatever\":1");
        var none = await host.Client.CreateAsync(ApiHost.NewSlug(), "\"model\":\"m\"");

        Assert.Equal("stream, user, whatever", some.Expect(200).Headers["X-Ignored-Fields"]);
        Assert.DoesNotContain("X-Ignored-Fields", none.Expect(200).Headers.Keys);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_list_is_newest_updated_first_and_pages_without_gap(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var client = await NewWorkspaceAsync(host);
        string[] slugs = ["a", "b", "c", "d", "e"];
        foreach (var slug in (string[])[.. slugs, "b"])
            (await client.CreateAsync(slug)).Expect(200);

        var pages = new List<string>();
        for (var offset = 0; offset <= 6; offset += 2)
        {
            var page = (await client.GetAsync($"/presets?offset={offset}&limit=2")).Expect(200);
            Assert.Equal(5, page.Json.GetProperty("total_count").GetInt64());
            pages.AddRange(page.Each("slug"));
        }

        Assert.Equal(["b", "e", "d", "c", "a"], pages);
        Assert.Equal(5, (await client.GetAsync("/presets?offset=&limit=")).Expect(200).Data.GetArrayLength());
    }

    [Theory]
    [Sqlite("offset=-1", "offset"), Postgres("limit=0", "limit")]
    [Sqlite("limit=101", "limit"), Sqlite("limit=x", "limit"), Sqlite("offset=1.5", "offset")]
    [Sqlite("offset=99999999999999999999", "offset")]
    [Sqlite("limit=1&limit=2", "limit"), Sqlite("offset=1e1", "offset"), Sqlite("offset=1%2C000", "offset")]
    public async Task A_page_out_of_range_is_refused(Engine engine, string query, string field)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        await host.Client.CreateAsync(slug);

        (await host.Client.GetAsync($"/presets?{query}")).IsError(400, "invalid_parameter", field);
        (await host.Client.GetAsync($"/presets/{slug}/versions?{query}")).IsError(400, "invalid_parameter", field);
        (await host.Management.GetAsync($"/workspaces?{query}")).IsError(400, "invalid_parameter", field);
    }

    [Theory]
    [Sqlite("offset=0&limit=1.0"), Sqlite("offset=%2B0&limit=+1"), Sqlite("Offset=00&LIMIT=01"), Postgres("limit=1.0")]
    public async Task Numbers_are_read_leniently(Engine engine, string query)
    {
        var host = await hosts.OnAsync(engine);
        var client = await NewWorkspaceAsync(host);
        (await client.CreateAsync("a")).Expect(200);
        (await client.CreateAsync("b")).Expect(200);

        Assert.Equal(["b"], (await client.GetAsync($"/presets?{query}")).Expect(200).Each("slug"));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_page_beyond_the_end_is_empty(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        var page = (await host.Client.GetAsync("/presets?offset=9223372036854775807")).Expect(200);

        Assert.Equal(0, page.Data.GetArrayLength());
    }

    [Theory, Sqlite, Postgres]
    public async Task What_is_in_another_workspace_does_not_exist(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var stranger = await NewWorkspaceAsync(host);
        var slug = ApiHost.NewSlug();
        (await host.Client.CreateAsync(slug)).Expect(200);

        (await stranger.GetAsync($"/presets/{slug}")).IsError(404, "not_found");
        (await stranger.GetAsync($"/presets/{slug}/versions")).IsError(404, "not_found");
        (await stranger.GetAsync($"/presets/{slug}/versions/1")).IsError(404, "not_found");
        Assert.Equal(0, (await stranger.GetAsync("/presets")).Data.GetArrayLength());
        var created = (await stranger.CreateAsync(slug)).Expect(200);
        Assert.Equal(1, created.Data.GetProperty("designated_version").GetProperty("version").GetInt32());
        Assert.Equal(
            1, (await host.Client.GetAsync($"/presets/{slug}/versions")).Json.GetProperty("total_count").GetInt32());
    }

    [Theory]
    [Sqlite("a%2Fb"), Postgres("a%2fb"), Sqlite("%252e"), Sqlite("a%20b"), Sqlite("%C3%A9"), Sqlite("a%25b")]
    [Sqlite("a@b"), Sqlite("a:b"), Sqlite("%ff"), Sqlite("a'--")]
    public async Task A_slug_with_anything_else_is_refused(Engine engine, string slug)
    {
        var host = await hosts.OnAsync(engine);

        var read = await RawHttp.SendAsync(host, "GET", $"/api/v1/presets/{slug}", host.Key);
        var create = await RawHttp.SendAsync(host, "POST", $"/api/v1/presets/{slug}/messages", host.Key);

        Assert.All([read, create], answer => Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal));
        Assert.All(
            [read, create],
            answer => Assert.Contains(
                "\"reason\":\"invalid_slug\",\"field\":\"slug\"", answer, StringComparison.Ordinal));
    }

    [Theory]
    [Sqlite("%2e%2e"), Postgres("%2E%2E"), Sqlite(".."), Sqlite("."), Sqlite("")]
    public async Task Dots_are_a_path_and_no_slug(Engine engine, string slug)
    {
        var host = await hosts.OnAsync(engine);

        var answer = await RawHttp.SendAsync(host, "GET", $"/api/v1/presets/{slug}/versions", host.Key);

        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Contains("not_found", answer, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_slug_has_at_most_128_characters_and_its_case_counts(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var longest = new string('A', 96) + Guid.NewGuid().ToString("N");

        (await host.Client.CreateAsync(longest)).Expect(200);

        (await host.Client.GetAsync("/presets/" + longest)).Expect(200);
        (await host.Client.GetAsync("/presets/" + longest.ToLowerInvariant())).IsError(404, "not_found");
        (await host.Client.CreateAsync(longest + "x")).IsError(400, "invalid_slug", "slug");
    }

    [Theory]
    [Sqlite("not json", "invalid_json", null), Sqlite("", "invalid_json", null), Sqlite("[]", "invalid_json", null)]
    [Sqlite("{\"messages\":[{}]", "invalid_json", null)]
    [Sqlite("\uFEFF{}", "invalid_json", null)]
    [Sqlite("{\"model\":\"a\",\"mod\\u0065l\":\"b\"}", "duplicate_key", "model")]
    [Sqlite("{\"model\":\"m\"}", "missing_field", "messages"), Sqlite("{\"messages\":[]}", "invalid_field", "messages")]
    [Sqlite("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":3}", "invalid_field", "temperature")]
    [Sqlite("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"model\":\"@preset/x\"}", "nested_preset", "model")]
    [Postgres("{\"messages\":[{\"role\":\"system\",\"content\":\"\\u0000\"}]}", "invalid_field", "messages[0].content")]
    public async Task A_hostile_body_is_refused(Engine engine, string body, string reason, string? field)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        var answer = await host.Client.PostAsync($"/presets/{slug}/chat/completions", body);

        answer.IsError(400, reason, field);
        (await host.Client.GetAsync($"/presets/{slug}")).IsError(404, "not_found");
    }

    [Theory, Sqlite, Postgres]
    public async Task Deep_nesting_huge_numbers_and_long_text_are_taken_or_refused_with_400(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var digits = new string('9', 400);

        (await host.Client.CreateAsync(slug, $"\"provider\":{{\"a\":{new string('[', 1000)}"))
            .IsError(400, "invalid_json");
        var numbers = await host.Client.CreateAsync(slug, $"\"seed\":{digits},\"plugins\":[1e400,{digits}]");
        var text = await host.Client.CreateAsync(slug, $"\"model\":\"{new string('x', 900_000)}\"");

        Assert.Contains($"\"plugins\":[1e400,{digits}]", numbers.Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(text.Expect(200).Text, (await host.Client.GetAsync($"/presets/{slug}")).Text);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_body_over_the_limit_is_refused_and_the_client_sees_it(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var route = $"/presets/{ApiHost.NewSlug()}/chat/completions";
        var five = "{\"messages\":\"" + new string('x', 5_000_000) + "\"}";

        (await host.Client.PostAsync(route, five)).IsError(413, "body_too_large");
        var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(five)));
        chunked.Headers.ContentType = new("application/json");
        (await host.Client.SendAsync(HttpMethod.Post, route, chunked, ("Transfer-Encoding", "chunked")))
            .IsError(413, "body_too_large");
        (await host.Management.PostAsync("/keys", five)).IsError(413, "body_too_large");
    }

    [Theory]
    [Sqlite("text/plain", 415), Sqlite("application/x-www-form-urlencoded", 415)]
    [Sqlite("application/json; charset=latin1", 415), Sqlite("", 415), Sqlite("text/json", 415), Sqlite(";", 415)]
    [Sqlite("application/json; charset=utf-16", 415), Sqlite("application/jsonp", 415)]
    [Sqlite("application/json, application/json", 415)]
    [Sqlite("application/json;", 200), Sqlite("application/json ; charset=utf8", 200)]
    [Sqlite("application/json; charset=US-ASCII", 200), Sqlite("application/json;Charset='ascii'", 415)]
    [Sqlite("application/json; charset=\"ascii\";", 200), Sqlite("application/json; profile=\"a b\"; v=1", 200)]
    [Sqlite("application/json;;charset=UTF8", 200), Sqlite("application/json; charset=", 200)]
    [Sqlite("application/json; charset=utf-8", 200), Sqlite("application/vnd.api+json", 200)]
    [Sqlite("Application/JSON", 200), Postgres("application/json;charset=\"UTF-8\"", 200)]
    public async Task The_content_type_must_be_json(Engine engine, string contentType, int status)
    {
        var host = await hosts.OnAsync(engine);
        var content = ApiClient.JsonContent("""{"messages":[{"role":"user","content":"x"}]}""");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var answer =
            await host.Client.SendAsync(HttpMethod.Post, $"/presets/{ApiHost.NewSlug()}/chat/completions", content);

        content = ApiClient.JsonContent("{}");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var typed = await host.Management.SendAsync(HttpMethod.Post, "/keys", content);

        if (status == 415)
        {
            answer.IsError(415, "unsupported_media_type", "Content-Type");
            typed.IsError(415, "unsupported_media_type", "Content-Type");
        }
        else
        {
            answer.Expect(status);
            typed.IsError(400, "missing_field", "name");
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task A_request_repeated_with_its_idempotency_key_makes_one_version(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (string, string) header = ("Idempotency-Key", Guid.NewGuid().ToString());

        var first = await host.Client.CreateAsync(slug, "\"model\":\"m\",\"user\":\"u\"", header);
        (await host.Client.CreateAsync(slug, "\"model\":\"n\"")).Expect(200);
        var again = await host.Client.CreateAsync(slug, "\"model\":\"m\",\"user\":\"u\"", header);

        Assert.DoesNotContain("Idempotent-Replayed", first.Expect(200).Headers.Keys);
        Assert.Equal("true", again.Expect(200).Headers["Idempotent-Replayed"]);
        Assert.Equal(
            first.Data.GetProperty("designated_version").GetRawText(),
            again.Data.GetProperty("designated_version").GetRawText());
        Assert.Equal(
            2, (await host.Client.GetAsync($"/presets/{slug}/versions")).Json.GetProperty("total_count").GetInt32());
        (await host.Client.CreateAsync(slug, "\"model\":\"other\"", header))
            .IsError(422, "idempotency_key_reused", "Idempotency-Key");
        (await host.Client.CreateAsync(ApiHost.NewSlug(), "\"model\":\"m\",\"user\":\"u\"", header))
            .IsError(422, "idempotency_key_reused", "Idempotency-Key");
    }

    [Theory, Sqlite, Postgres]
    public async Task An_idempotency_key_belongs_to_one_route_under_either_of_its_paths(Engine engine)
    {
        const string Body = """{"model":"m","messages":[{"role":"user","content":"x"}],"system":"S"}""";
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (string, string) header = ("Idempotency-Key", Guid.NewGuid().ToString());

        var first = await host.Client.PostAsync($"/presets/{slug}/v1/messages", Body, header);
        var again = await host.Client.PostAsync($"/presets/{slug}/messages", Body, header);

        Assert.Equal("1", first.Expect(200).Headers["X-Created-Version"]);
        Assert.Equal("true", again.Expect(200).Headers["Idempotent-Replayed"]);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal("messages", Text(first.Data.GetProperty("designated_version"), "body"));
        foreach (var route in (string[])["chat/completions", "responses"])
        {
            (await host.Client.PostAsync($"/presets/{slug}/{route}", Body, header))
                .IsError(422, "idempotency_key_reused", "Idempotency-Key");
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task The_leading_system_messages_of_an_input_follow_the_instructions(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        var created = await host.Client.PostAsync(
            $"/presets/{ApiHost.NewSlug()}/responses",
            """{"model":"m","input":[{"role":"system","content":"B"},{"type":"message","role":"developer","content":"""
            + """[{"type":"input_text","text":"C","x":1}]},{"role":"user","content":"Hi"}],"instructions":"A"}""");

        Assert.Equal("A\n\nB\n\nC", Text(created.Expect(200).Data.GetProperty("designated_version"), "system_prompt"));
        Assert.Equal("input.x", created.Headers["X-Ignored-Fields"]);
    }

    [Theory, Sqlite, Postgres]
    public async Task An_ordinary_key_may_name_its_own_workspace_and_no_other(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var own = Text((await host.Client.CreateAsync(slug)).Expect(200).Data, "workspace_id");
        var other = Guid.NewGuid();

        foreach (var path in ReadRoutes(slug))
        {
            (await host.Client.GetAsync($"{path}?workspace_id={own}")).Expect(200);
            (await host.Client.GetAsync($"{path}?workspace_id=")).Expect(200);
            (await host.Client.GetAsync($"{path}?workspace_id={other}")).IsError(404, "not_found", "workspace_id");
            (await host.Client.GetAsync($"{path}?workspace_id=default"))
                .IsError(400, "invalid_parameter", "workspace_id");
            (await host.Client.GetAsync($"{path}?workspace_id={own}&workspace_id={own}"))
                .IsError(400, "invalid_parameter", "workspace_id");
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task A_create_names_its_workspace_in_the_query_or_the_body(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var own = Text((await host.Client.CreateAsync(slug)).Expect(200).Data, "workspace_id");
        var other = Guid.NewGuid();
        Task<Answer> Create(string query, string? inBody) => host.Client.PostAsync(
            $"/presets/{slug}/messages{query}",
            $$"""{"model":"m","messages":[]{{(inBody is null ? "" : $",\"workspace_id\":{inBody}")}}}""");

        var created = (await Create($"?workspace_id={own}", $"\"{own}\"")).Expect(200);
        (await Create("", $"\"{own}\"")).Expect(200);
        (await Create("?workspace_id=", "null")).Expect(200);
        (await Create($"?workspace_id={other}", null)).IsError(404, "not_found", "workspace_id");
        (await Create("", $"\"{other}\"")).IsError(404, "not_found", "workspace_id");
        (await Create($"?workspace_id={own}", $"\"{other}\"")).IsError(400, "invalid_parameter", "workspace_id");
        (await Create($"?workspace_id={other}", $"\"{own}\"")).IsError(400, "invalid_parameter", "workspace_id");
        (await Create("?workspace_id=x", null)).IsError(400, "invalid_parameter", "workspace_id");
        (await Create("", "7")).IsError(400, "invalid_field", "workspace_id");
        (await Create("", "\"x\"")).IsError(400, "invalid_field", "workspace_id");

        Assert.Equal(
            """{"model":"m"}""", created.Data.GetProperty("designated_version").GetProperty("config").GetRawText());
        Assert.DoesNotContain("X-Ignored-Fields", created.Headers.Keys);
        Assert.Equal(
            4, (await host.Client.GetAsync($"/presets/{slug}/versions")).Json.GetProperty("total_count").GetInt32());
    }

    [Theory, Sqlite, Postgres]
    public async Task A_management_key_reads_the_workspace_it_names_or_the_default_one(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (here, there) = (ApiHost.NewSlug(), ApiHost.NewSlug());
        (await host.Client.CreateAsync(here)).Expect(200);
        var created = (await (await NewWorkspaceAsync(host)).CreateAsync(there)).Expect(200);
        var workspace = Text(created.Data, "workspace_id");

        foreach (var path in ReadRoutes(here))
            (await host.Management.GetAsync(path)).Expect(200);
        foreach (var path in ReadRoutes(there))
        {
            (await host.Management.GetAsync($"{path}?workspace_id={workspace}")).Expect(200);
            (await host.Management.GetAsync($"{path}?workspace_id=x"))
                .IsError(400, "invalid_parameter", "workspace_id");
        }
        Assert.Equal(
            created.Text, (await host.Management.GetAsync($"/presets/{there}?workspace_id={workspace}")).Text);
        Assert.Equal([there], (await host.Management.GetAsync($"/presets?workspace_id={workspace}")).Each("slug"));
        (await host.Management.GetAsync($"/presets/{there}")).IsError(404, "not_found");
        (await host.Management.CreateAsync(there)).IsError(403, "forbidden");
    }

    private static string[] ReadRoutes(string slug) =>
        ["/presets", $"/presets/{slug}", $"/presets/{slug}/versions", $"/presets/{slug}/versions/1"];

    [Theory, Sqlite, Postgres]
    public async Task An_idempotency_key_is_255_printable_characters_at_most_and_given_once(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        (await host.Client.CreateAsync(slug, headers: ("Idempotency-Key", new string('k', 256))))
            .IsError(400, "invalid_parameter", "Idempotency-Key");
        (await host.Client.CreateAsync(slug, headers: ("Idempotency-Key", "a\tb")))
            .IsError(400, "invalid_parameter", "Idempotency-Key");
        (await host.Client.CreateAsync(slug, headers: ("Idempotency-Key", "")))
            .IsError(400, "invalid_parameter", "Idempotency-Key");
        var twice = await RawHttp.SendAsync(
            host,
            $"POST /api/v1/presets/{slug}/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {host.Key}\r\n"
            + "Content-Type: application/json\r\n"
            + "Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 27\r\nConnection: close\r\n\r\n"
            + """{"model":"m","messages":[]}""");
        Assert.Contains(
            "\"reason\":\"invalid_parameter\",\"field\":\"Idempotency-Key\"", twice, StringComparison.Ordinal);
        (await host.Client.CreateAsync(slug, headers: ("Idempotency-Key", new string('k', 255)))).Expect(200);
    }

    [Theory, Sqlite, Postgres]
    public async Task Sql_in_a_text_is_text(Engine engine)
    {
        const string Sql = "'; drop table presets; -- \\\" $1 @slug {0} %s";
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var json = JsonSerializer.Serialize(Sql);

        var preset = await host.Client.PostAsync($"/presets/{slug}/chat/completions",
            $$"""{"model":{{json}},"messages":[{"role":"system","content":{{json}}}]}""",
            ("Idempotency-Key", "'; drop table x; --" + slug));
        var key = await host.Management.PostAsync(
            "/keys", $$"""{"name":{{json}},"creator_user_id":{{json}}}""", ("Idempotency-Key", Sql + slug));
        var workspace = await host.Management.PostAsync("/workspaces",
            $$"""{"slug":"{{slug}}","name":{{json}},"description":{{json}},"default_text_model":{{json}},"""
            + $$""" "default_provider_sort":{{json}}}""");

        Assert.Equal(Sql, Text(preset.Expect(200).Data.GetProperty("designated_version"), "system_prompt"));
        Assert.Equal((Sql, Sql), (Text(key.Expect(201).Data, "name"), Text(key.Data, "creator_user_id")));
        Assert.Equal(
            (Sql, Sql),
            (Text(workspace.Expect(201).Data, "description"), Text(workspace.Data, "default_provider_sort")));
        (await host.Management.GetAsync("/keys/'%20or%20'1'='1")).IsError(404, "not_found");
        (await host.Management.GetAsync("/workspaces/'%20or%20'1'='1")).IsError(404, "not_found");
        (await host.Management.GetAsync("/keys?workspace_id='%20or%20'1'='1"))
            .IsError(400, "invalid_parameter", "workspace_id");
        (await host.Client.GetAsync($"/presets/{slug}")).Expect(200);
    }

    /// <summary>A client of a workspace of its own.</summary>
    internal static async Task<ApiClient> NewWorkspaceAsync(ApiHost host)
    {
        var workspace = await host.Management.PostAsync(
            "/workspaces", $$"""{"slug":"{{ApiHost.NewSlug()}}","name":"W"}""");
        var key = await host.Management.PostAsync(
            "/keys", $$"""{"name":"k","workspace_id":"{{Text(workspace.Expect(201).Data, "id")}}"}""");
        return host.With(key.Expect(201).Json.GetProperty("key").GetString());
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
