namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class DiffTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task Two_versions_are_compared_by_number_and_by_label(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await CreateAsync(host, "\"model\":\"test/one\",\"seed\":1", "\"model\":\"test/two\",\"top_k\":1.0");
        var changes =
            """
            [{"path":"/seed","op":"remove","from":1,"to":null},
            {"path":"/model","op":"replace","from":"test/one","to":"test/two"},
            {"path":"/top_k","op":"add","from":null,"to":1.0}]
            """.ReplaceLineEndings("");

        foreach (var query in (string[])["", "?from=1", "?to=2", "?from=1&to=latest", "?from=&to=designated"])
            Assert.Equal(
                $$$"""{"data":{"from":1,"to":2,"changes":{{{changes}}},"system_prompt":null}}""",
                (await host.Client.GetAsync($"/presets/{slug}/diff{query}")).Expect(200).Text);
    }

    [Theory, Sqlite, Postgres]
    public async Task The_first_version_differs_from_nothing_and_none_from_itself(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await CreateAsync(host, "\"seed\":1");

        Assert.Equal(
            """
            {"data":{"from":null,"to":1,"changes":[{"path":"/seed","op":"add","from":null,"to":1}],
            "system_prompt":"--- from\n+++ to\n@@ -0,0 +1,1 @@\n+You are terse.\n\\ No newline at end of file\n"}}
            """.ReplaceLineEndings(""),
            (await host.Client.GetAsync($"/presets/{slug}/diff")).Expect(200).Text);
        Assert.Equal(
            """{"data":{"from":1,"to":1,"changes":[],"system_prompt":null}}""",
            (await host.Client.GetAsync($"/presets/{slug}/diff?from=1")).Expect(200).Text);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_version_that_is_not_there_is_not_found_and_one_that_cannot_be_is_refused(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await CreateAsync(host, "\"seed\":1");

        (await host.Client.GetAsync($"/presets/{ApiHost.NewSlug()}/diff")).IsError(404, "not_found");
        foreach (var version in (string[])["0", "2", "staging", "99999999999999999999"])
            (await host.Client.GetAsync($"/presets/{slug}/diff?from={version}")).IsError(404, "not_found");
        (await host.Client.GetAsync($"/presets/{slug}/diff?from=-1")).IsError(400, "invalid_parameter", "from");
        (await host.Client.GetAsync($"/presets/{slug}/diff?to=nitro")).IsError(400, "invalid_parameter", "to");
        (await host.Client.GetAsync($"/presets/{slug}/diff?to=1&to=1")).IsError(400, "invalid_parameter", "to");
    }

    private static async Task<string> CreateAsync(ApiHost host, params string[] versions)
    {
        var slug = ApiHost.NewSlug();
        foreach (var fields in versions)
            (await host.Client.CreateAsync(slug, fields)).Expect(200);
        return slug;
    }
}
