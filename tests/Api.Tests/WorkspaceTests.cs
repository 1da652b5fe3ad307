using System.Text.Json;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeWorkspaceTests(OneNodeHosts hosts) : WorkspaceTests(hosts);

public abstract class WorkspaceTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task A_workspace_is_made_read_changed_and_deleted_by_id_or_slug(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        var made = (await host.Management.PostAsync("/workspaces",
            $$"""{"slug":"{{slug}}","name":"Production","description":"d","default_text_model":"m","""
            + """ "default_provider_sort":"price"}""")).Expect(201);
        var id = made.Data.GetProperty("id").GetString();
        Assert.Equal("user_operator", made.Data.GetProperty("created_by").GetString());
        foreach (var name in (string[])[id!, slug])
        {
            var read = (await host.Management.GetAsync($"/workspaces/{name}")).Expect(200);
            Assert.Equal(made.Data.GetRawText(), read.Data.GetRawText());
        }

        Assert.Contains(slug, (await host.Management.GetAsync("/workspaces?limit=100")).Expect(200).Each("slug"));

        var changes = $$"""{"slug":"{{slug}}-2","description":null,"default_text_model":"n"}""";
        var changed = (await host.Management.PatchAsync($"/workspaces/{slug}", changes)).Expect(200).Data;
        Assert.Equal(
            ($"{slug}-2", "Production", null, "n", "price"),
            (Text(changed, "slug"), Text(changed, "name"), Text(changed, "description"),
            Text(changed, "default_text_model"), Text(changed, "default_provider_sort")));
        Assert.Equal(changed.GetRawText(), (await host.Management.GetAsync($"/workspaces/{id}")).Data.GetRawText());

        var deleted = (await host.Management.DeleteAsync($"/workspaces/{slug}-2")).Expect(200);
        Assert.True(deleted.Json.GetProperty("deleted").GetBoolean());
        (await host.Management.GetAsync($"/workspaces/{id}")).IsError(404, "not_found");
        (await host.Management.PatchAsync($"/workspaces/{id}", "{}")).IsError(404, "not_found");
        (await host.Management.DeleteAsync($"/workspaces/{id}")).IsError(404, "not_found");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_workspace_is_guarded_from_its_making_or_later(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (open, guarded) = (ApiHost.NewSlug(), ApiHost.NewSlug());

        var made = await host.Management.PostAsync("/workspaces", $$"""{"slug":"{{open}}","name":"W"}""");
        Assert.False(made.Expect(201).Data.GetProperty("guarded").GetBoolean());
        made = await host.Management.PostAsync(
            "/workspaces", $$"""{"slug":"{{guarded}}","name":"W","guarded":true}""");
        Assert.True(made.Expect(201).Data.GetProperty("guarded").GetBoolean());

        (string, bool)[] changes =
        [
            ("""{"guarded":true}""", true),
            ("""{"name":"V","guarded":null}""", true),
            ("""{"guarded":false}""", false),
        ];
        foreach (var (body, expected) in changes)
        {
            var changed = (await host.Management.PatchAsync($"/workspaces/{open}", body)).Expect(200);
            var read = (await host.Management.GetAsync($"/workspaces/{open}")).Expect(200);
            Assert.Equal(expected, changed.Data.GetProperty("guarded").GetBoolean());
            Assert.Equal(expected, read.Data.GetProperty("guarded").GetBoolean());
        }

        (await host.Management.PatchAsync($"/workspaces/{open}", """{"guarded":"yes"}"""))
            .IsError(400, "invalid_field", "guarded");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_slug_belongs_to_one_workspace(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        string[] slugs = [ApiHost.NewSlug(), ApiHost.NewSlug()];
        foreach (var slug in slugs)
            (await host.Management.PostAsync("/workspaces", $$"""{"slug":"{{slug}}","name":"W"}""")).Expect(201);

        (await host.Management.PostAsync("/workspaces", $$"""{"slug":"{{slugs[0]}}","name":"W"}"""))
            .IsError(400, "slug_taken", "slug");
        (await host.Management.PatchAsync($"/workspaces/{slugs[0]}", $$"""{"slug":"{{slugs[1]}}"}"""))
            .IsError(400, "slug_taken", "slug");
        (await host.Management.PatchAsync($"/workspaces/{slugs[0]}", $$"""{"slug":"{{slugs[0]}}"}""")).Expect(200);
    }

    [Theory, Sqlite, Postgres]
    public async Task The_default_workspace_stays(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        (await host.Management.DeleteAsync("/workspaces/default")).IsError(403, "forbidden");
        (await host.Client.GetAsync("/key")).Expect(200);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_workspace_goes_with_all_it_holds_once_no_key_of_it_is_active(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var workspace = (await host.Management.PostAsync("/workspaces", $$"""{"slug":"{{slug}}","name":"W"}"""))
            .Expect(201);
        var id = workspace.Data.GetProperty("id").GetString();
        var made = (await host.Management.PostAsync("/keys", $$"""{"name":"k","workspace_id":"{{id}}"}""")).Expect(201);
        var owner = host.With(made.Json.GetProperty("key").GetString());
        (await owner.CreateAsync("held", headers: ("Idempotency-Key", "x"))).Expect(200);
        (await owner.CreateAsync("held")).Expect(200);

        (await host.Management.DeleteAsync($"/workspaces/{slug}")).IsError(400, "workspace_not_empty");
        var hash = made.Data.GetProperty("hash").GetString();
        (await host.Management.PatchAsync($"/keys/{hash}", """{"disabled":true}""")).Expect(200);
        (await host.Management.DeleteAsync($"/workspaces/{slug}")).Expect(200);

        (await owner.GetAsync("/presets/held")).IsError(401, "unauthorized");
        (await host.Management.GetAsync($"/keys/{hash}")).IsError(404, "not_found");
        (await host.Management.GetAsync($"/keys?workspace_id={id}")).IsError(400, "invalid_parameter", "workspace_id");
    }

    [Theory]
    [Sqlite("""{"name":"W"}""", "missing_field", "slug"), Postgres("""{"slug":"a"}""", "missing_field", "name")]
    [Sqlite("""{"slug":"A","name":"W"}""", "invalid_field", "slug")]
    [Sqlite("""{"slug":"a--b","name":"W"}""", "invalid_field", "slug")]
    [Sqlite("""{"slug":"-a","name":"W"}""", "invalid_field", "slug")]
    [Sqlite("""{"slug":"a\n","name":"W"}""", "invalid_field", "slug")]
    [Sqlite("""{"slug":"","name":"W"}""", "invalid_field", "slug")]
    [Sqlite("""{"slug":"a","name":""}""", "invalid_field", "name")]
    [Sqlite("""{"slug":"a","name":"W","description":1}""", "invalid_field", "description")]
    [Sqlite("""{"slug":"a","name":"W","io_logging_api_key_ids":["x"]}""", "invalid_field", "io_logging_api_key_ids")]
    [Sqlite(
        """{"slug":"a","name":"W","is_observability_broadcast_enabled":"x"}""",
        "invalid_field",
        "is_observability_broadcast_enabled")]
    public async Task A_workspace_that_is_not_valid_is_refused(Engine engine, string body, string reason, string? field)
    {
        var host = await hosts.OnAsync(engine);

        (await host.Management.PostAsync("/workspaces", body)).IsError(400, reason, field);
    }

    [Theory, Sqlite, Postgres]
    public async Task Texts_have_the_documents_bounds(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = new string('a', 18) + Guid.NewGuid().ToString("N");
        var name = string.Concat(Enumerable.Repeat("😀", 100));

        (await host.Management.PostAsync(
            "/workspaces", $$"""{"slug":"{{slug}}","name":"{{name}}","description":"{{new string('d', 500)}}"}"""))
            .Expect(201);
        (await host.Management.PostAsync("/workspaces", $$"""{"slug":"{{slug}}a","name":"W"}"""))
            .IsError(400, "invalid_field", "slug");
        (await host.Management.PatchAsync($"/workspaces/{slug}", $$"""{"name":"{{name}}x"}"""))
            .IsError(400, "invalid_field", "name");
        (await host.Management.PatchAsync($"/workspaces/{slug}", $$"""{"description":"{{new string('d', 501)}}"}"""))
            .IsError(400, "invalid_field", "description");
    }

    [Theory, Sqlite, Postgres]
    public async Task Fields_of_other_services_are_neutral_and_named(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        var made = (await host.Management.PostAsync("/workspaces",
            $$"""{"slug":"{{ApiHost.NewSlug()}}","name":"W","io_logging_sampling_rate":0.5,"default_image_model":"i","""
            + """ "is_data_discount_logging_enabled":true,"é,":1}""")).Expect(201);

        Assert.Equal(
            "io_logging_sampling_rate, default_image_model, is_data_discount_logging_enabled, ??",
            made.Headers["X-Ignored-Fields"]);
        Assert.Equal(1, made.Data.GetProperty("io_logging_sampling_rate").GetDouble());
        Assert.Null(Text(made.Data, "default_image_model"));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_repeated_request_makes_one_workspace(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        (string, string) header = ("Idempotency-Key", Guid.NewGuid().ToString());
        var body = $$"""{"slug":"{{ApiHost.NewSlug()}}","name":"W"}""";

        var first = (await host.Management.PostAsync("/workspaces", body, header)).Expect(201);
        var again = (await host.Management.PostAsync("/workspaces", body, header)).Expect(201);

        Assert.Equal(first.Text, again.Text);
        Assert.Equal("true", again.Headers["Idempotent-Replayed"]);
        (await host.Management.PostAsync("/workspaces", """{"slug":"x","name":"W"}""", header))
            .IsError(422, "idempotency_key_reused", "Idempotency-Key");
        (await host.Management.PostAsync("/keys", """{"name":"W"}""", header))
            .IsError(422, "idempotency_key_reused", "Idempotency-Key");
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
