using Microsoft.Extensions.DependencyInjection;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class SearchTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task Presets_are_found_by_what_the_parameters_say(Engine engine)
    {
        var node = (OneNode)await hosts.OnAsync(engine);
        var mark = ApiHost.NewSlug();
        foreach (var slug in (string[])["b", "a", "c"])
            (await node.Client.CreateAsync($"{mark}-{slug}", $"\"model\":\"{mark}/{slug}\"")).Expect(200);
        var workspaceId = (await node.Client.GetAsync($"/presets/{mark}-a")).Data.GetProperty("workspace_id").GetGuid();
        var presets = node.Services.GetRequiredService<IPresets>();
        await ChangeAsync("a", new SetLabel(Guid.CreateVersion7(), "user_2", "production", 1));
        await ChangeAsync("c", new Edit(Guid.CreateVersion7(), "user_2") { Status = PresetStatus.Archived });

        Assert.Equal(["a", "b"], await SearchAsync($"q={mark.ToUpperInvariant()}"));
        Assert.Equal(["b", "a"], await SearchAsync($"q={mark}&sort=updated_at"));
        Assert.Equal(["a", "b", "c"], await SearchAsync($"q={mark}&sort=slug&status=all"));
        Assert.Equal(["c"], await SearchAsync($"q={mark}&status=archived"));
        Assert.Equal(["a"], await SearchAsync($"q={mark}&label=production&creator=user_operator"));
        Assert.Equal(["b"], await SearchAsync($"model={mark}/b"));
        Assert.Empty(await SearchAsync($"model={mark}/c"));
        Assert.Empty(await SearchAsync($"q={mark}&creator=user_2"));
        var page = (await node.Client.GetAsync($"/presets?q={mark}&offset=1&limit=1")).Expect(200);
        Assert.Equal(2, page.Json.GetProperty("total_count").GetInt64());
        Assert.Equal([$"{mark}-b"], page.Each("slug"));

        async Task ChangeAsync(string slug, Change change) =>
            await presets.ChangeAsync(new(workspaceId, $"{mark}-{slug}"), change, CancellationToken.None);

        async Task<string[]> SearchAsync(string query) =>
            [.. (await node.Client.GetAsync("/presets?" + query)).Expect(200).Each("slug")
                .Select(slug => slug[(mark.Length + 1)..])];
    }

    [Theory]
    [Sqlite("q=%00", "q"), Postgres("model=a%00", "model"), Sqlite("label=A", "label"), Sqlite("label=nitro", "label")]
    [Sqlite("status=gone", "status"), Sqlite("sort=name", "sort"), Sqlite("q=a&q=b", "q")]
    public async Task What_no_preset_can_have_is_refused(Engine engine, string query, string parameter)
    {
        var host = await hosts.OnAsync(engine);

        (await host.Client.GetAsync("/presets?" + query)).IsError(400, "invalid_parameter", parameter);
    }
}
