using Microsoft.Extensions.DependencyInjection;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class HistoryTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task The_history_of_a_preset_has_a_record_for_each_revision(Engine engine)
    {
        var node = (OneNode)await hosts.OnAsync(engine);
        var name = await CreateAsync(node);
        (await node.Client.CreateAsync(name.Slug)).Expect(200);
        await ChangeAsync(node, name, new Edit(Guid.CreateVersion7(), "user_2")
        {
            Message = "Roll back",
            DesignatedVersion = 1,
        });

        var page = (await node.Client.GetAsync($"/presets/{name.Slug}/history")).Expect(200);

        Assert.Equal(3, page.Json.GetProperty("total_count").GetInt64());
        Assert.Equal(["3", "2", "1"], page.Each("revision"));
        var (edit, create) = (page.Data[0], page.Data[1]);
        Assert.Equal(
            $$"""
            {"revision":3,"slug":"{{name.Slug}}","at":{{edit.GetProperty("at").GetRawText()}},"key":null,
            "user_id":"user_2","message":"Roll back","request_id":null,"changes":[{"what":"designated","version":null,
            "label":null,"field":null,"from":2,"to":1}]}
            """.ReplaceLineEndings(""),
            edit.GetRawText());
        Assert.Equal(KeySecret.Hash(node.Key).ToString(), create.GetProperty("key").GetProperty("hash").GetString());
        Assert.NotEqual("", create.GetProperty("key").GetProperty("name").GetString());
        Assert.Equal(
            ["version_created", "designated"],
            create.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("what").GetString()));
        Assert.Equal(
            [create.GetRawText()],
            (await node.Client.GetAsync($"/presets/{name.Slug}/history?offset=1&limit=1")).Expect(200)
            .Data.EnumerateArray().Select(record => record.GetRawText()));
    }

    [Theory, Sqlite, Postgres]
    public async Task The_history_of_a_workspace_is_narrowed_by_slug_actor_and_time(Engine engine)
    {
        var node = (OneNode)await hosts.OnAsync(engine);
        var (first, second) = (await CreateAsync(node), await CreateAsync(node));
        var user = "user_" + first.Slug;
        await ChangeAsync(node, first, new Edit(Guid.CreateVersion7(), user) { Name = "A name" });
        await ChangeAsync(node, first, new Edit(Guid.CreateVersion7(), user) { Status = PresetStatus.Archived });

        var all = (await node.Client.GetAsync("/history?limit=4")).Expect(200);

        Assert.Equal(System.Text.Json.JsonValueKind.Null, all.Json.GetProperty("total_count").ValueKind);
        Assert.Equal([first.Slug, first.Slug, second.Slug, first.Slug], all.Each("slug"));
        Assert.Equal(["3", "2", "1"], await RevisionsAsync($"slug={first.Slug}"));
        Assert.Equal(["2"], await RevisionsAsync($"slug={first.Slug}&offset=1&limit=1"));
        Assert.Equal(["3", "2"], await RevisionsAsync($"actor={user}"));
        Assert.Equal(["1"], await RevisionsAsync($"slug={first.Slug}&actor={KeySecret.Hash(node.Key)}"));
        var since = all.Data[1].GetProperty("at").GetString();
        Assert.Equal(["3", "2"], await RevisionsAsync($"slug={first.Slug}&since={since}"));
        Assert.Empty(await RevisionsAsync("since=2100-01-01T00:00:00Z"));
        (await node.Client.GetAsync("/history?since=yesterday")).IsError(400, "invalid_parameter", "since");
        (await node.Client.GetAsync("/history?actor=%00")).IsError(400, "invalid_parameter", "actor");

        async Task<string[]> RevisionsAsync(string query) =>
            (await node.Client.GetAsync("/history?" + query)).Expect(200).Each("revision");
    }

    [Theory, Sqlite, Postgres]
    public async Task Another_workspace_has_another_history(Engine engine)
    {
        var node = (OneNode)await hosts.OnAsync(engine);
        var name = await CreateAsync(node);
        var other = (await node.Management.PostAsync(
            "/workspaces", $$"""{"name":"Other","slug":"{{ApiHost.NewSlug()}}"}""")).Expect(201)
            .Data.GetProperty("id").GetString();

        Assert.Empty((await node.Management.GetAsync($"/history?workspace_id={other}")).Expect(200).Each("slug"));
        Assert.Equal(
            [name.Slug],
            (await node.Management.GetAsync($"/history?workspace_id={name.WorkspaceId}&limit=1")).Expect(200)
            .Each("slug"));
        (await node.Client.GetAsync($"/history?workspace_id={other}")).IsError(404, "not_found", "workspace_id");
        (await node.Client.GetAsync($"/presets/{ApiHost.NewSlug()}/history")).IsError(404, "not_found");
    }

    [Theory, Sqlite, Postgres]
    public async Task What_an_archived_preset_has_is_there_for_those_who_ask_for_it(Engine engine)
    {
        var node = (OneNode)await hosts.OnAsync(engine);
        var name = await CreateAsync(node);
        await ChangeAsync(node, name, new Edit(Guid.CreateVersion7(), "user_2") { Status = PresetStatus.Archived });

        foreach (var route in (string[])["versions", "versions/1", "history", "diff"])
        {
            var path = $"/presets/{name.Slug}/{route}";
            (await node.Client.GetAsync(path)).IsError(404, "preset_archived");
            (await node.Client.GetAsync(path + "?status=active")).IsError(404, "preset_archived");
            (await node.Client.GetAsync(path + "?status=archived")).Expect(200);
            (await node.Client.GetAsync(path + "?status=all")).Expect(200);
            (await node.Client.GetAsync(path + "?status=gone")).IsError(400, "invalid_parameter", "status");
        }
    }

    private static async Task<PresetName> CreateAsync(OneNode node)
    {
        var slug = ApiHost.NewSlug();
        var created = (await node.Client.CreateAsync(slug)).Expect(200);
        return new PresetName(created.Data.GetProperty("workspace_id").GetGuid(), slug);
    }

    private static async Task ChangeAsync(OneNode node, PresetName name, Change change) =>
        await node.Services.GetRequiredService<IPresets>().ChangeAsync(name, change, CancellationToken.None);
}
