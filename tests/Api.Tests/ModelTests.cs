using System.Net;
using System.Text.Json;

namespace Presets.Api.Tests;

/// <summary>The list of models of a node without an upstream: the presets alone.</summary>
[Collection(OneNodeTests.Name)]
public sealed class ModelTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task Active_presets_are_models_newest_updated_first(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var client = await PresetTests.NewWorkspaceAsync(host);
        string[] slugs = [.. Enumerable.Range(0, 4).Select(_ => ApiHost.NewSlug())];
        foreach (var slug in slugs)
            (await client.CreateAsync(slug)).Expect(200);
        (await client.PatchAsync($"/presets/{slugs[0]}", """{"name":"Support","description":"Trains"}""")).Expect(200);
        (await client.PatchAsync($"/presets/{slugs[1]}", """{"status":"disabled"}""")).Expect(200);
        (await client.DeleteAsync($"/presets/{slugs[2]}")).Expect(200);

        foreach (var path in (string[])["/models", "/models/user"])
        {
            var list = (await client.GetAsync(path)).Expect(200);

            Assert.Equal([$"@preset/{slugs[0]}", $"@preset/{slugs[3]}"], list.Each("id"));
            Assert.Equal(2, list.Json.GetProperty("total_count").GetInt32());
            Assert.Equal(
                ("list", false, $"@preset/{slugs[0]}", $"@preset/{slugs[3]}", JsonValueKind.Null),
                (
                    list.Json.GetProperty("object").GetString(),
                    list.Json.GetProperty("has_more").GetBoolean(),
                    list.Json.GetProperty("first_id").GetString(),
                    list.Json.GetProperty("last_id").GetString(),
                    list.Json.GetProperty("links").GetProperty("next").ValueKind));
            Assert.Equal(["Support", slugs[3]], list.Each("name"));
            Assert.Equal(["Trains", ""], list.Each("description"));
        }

        var count = (await client.GetAsync("/models/count")).Expect(200);
        Assert.Equal("""{"data":{"count":2}}""", count.Text);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_row_has_what_each_clients_library_asks_for(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var client = await PresetTests.NewWorkspaceAsync(host);
        var slug = ApiHost.NewSlug();
        var created = (await client.CreateAsync(slug)).Expect(200);

        // The client holds it against OpenRouter's document.
        var row = (await client.GetAsync("/models")).Expect(200).Data[0];

        Assert.Equal(
            ("model", "model", "preset", slug, $"@preset/{slug}"),
            (
                row.GetProperty("object").GetString(),
                row.GetProperty("type").GetString(),
                row.GetProperty("owned_by").GetString(),
                row.GetProperty("display_name").GetString(),
                row.GetProperty("canonical_slug").GetString()));
        var time = created.Data.GetProperty("created_at").GetDateTimeOffset();
        Assert.Equal(time.ToUnixTimeSeconds(), row.GetProperty("created").GetInt64());
        Assert.Equal(time, row.GetProperty("created_at").GetDateTimeOffset());
    }

    [Theory, Sqlite, Postgres]
    public async Task Anthropics_clients_get_the_alias_that_they_show(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var client = await PresetTests.NewWorkspaceAsync(host);
        string[] slugs = [.. Enumerable.Range(0, 3).Select(_ => ApiHost.NewSlug())];
        foreach (var slug in slugs)
            (await client.CreateAsync(slug)).Expect(200);
        string[] ids = [.. slugs.Reverse().Select(slug => $"anthropic/@preset/{slug}")];
        (string, string) version = ("anthropic-version", "2023-06-01");

        var first = (await client.GetAsync("/models?limit=2", version)).Expect(200);
        var rest = (await client.GetAsync($"/models?limit=2&after_id={WebUtility.UrlEncode(ids[1])}", version))
            .Expect(200);

        Assert.Equal(ids[..2], first.Each("id"));
        Assert.True(first.Json.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids[1], first.Json.GetProperty("last_id").GetString());
        Assert.Equal(ids[2..], rest.Each("id"));
        Assert.False(rest.Json.GetProperty("has_more").GetBoolean());
    }

    [Theory, Sqlite, Postgres]
    public async Task Offset_and_limit_take_a_part_of_the_list(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var client = await PresetTests.NewWorkspaceAsync(host);
        for (var i = 0; i < 5; i++)
            (await client.CreateAsync(ApiHost.NewSlug())).Expect(200);
        var all = (await client.GetAsync("/models")).Expect(200).Each("id");

        var middle = (await client.GetAsync("/models?offset=1&limit=3")).Expect(200);
        var end = (await client.GetAsync("/models?offset=3")).Expect(200);
        var behind = (await client.GetAsync("/models?offset=9&limit=3")).Expect(200);

        Assert.Equal(all[1..4], middle.Each("id"));
        Assert.Equal(
            "/api/v1/models?offset=4&limit=3",
            middle.Json.GetProperty("links").GetProperty("next").GetString());
        Assert.Equal(all[3..], end.Each("id"));
        Assert.Empty(behind.Each("id"));
        Assert.Equal(5, behind.Json.GetProperty("total_count").GetInt32());
        foreach (var query in (string[])["limit=0", "limit=1001", "offset=-1", "limit=x"])
            (await client.GetAsync("/models?" + query)).IsError(400, "invalid_parameter", query.Split('=')[0]);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_management_key_lists_the_workspace_it_names(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var client = await PresetTests.NewWorkspaceAsync(host);
        var slug = ApiHost.NewSlug();
        var workspace = (await client.CreateAsync(slug)).Expect(200).Data.GetProperty("workspace_id").GetString();

        var list = (await host.Management.GetAsync($"/models?workspace_id={workspace}")).Expect(200);

        Assert.Equal([$"@preset/{slug}"], list.Each("id"));
    }

    [Fact]
    public async Task The_base_url_of_anthropics_clients_answers_head()
    {
        var host = await hosts.OnAsync(Engine.Sqlite);

        var answer = await RawHttp.SendAsync(
            host, "HEAD /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }
}
