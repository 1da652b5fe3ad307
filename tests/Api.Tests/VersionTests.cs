
namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeVersionTests(OneNodeHosts hosts) : VersionTests(hosts);

public abstract class VersionTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task Versions_are_listed_oldest_first_and_page_without_gap(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        for (var i = 0; i < 5; i++)
            (await host.Client.CreateAsync(slug, $"\"seed\":{i}")).Expect(200);

        var versions = new List<string>();
        for (var offset = 0; offset < 6; offset += 2)
        {
            var page = (await host.Client.GetAsync($"/presets/{slug}/versions?offset={offset}&limit=2")).Expect(200);
            Assert.Equal(5, page.Json.GetProperty("total_count").GetInt64());
            versions.AddRange(page.Each("version"));
        }

        Assert.Equal(["1", "2", "3", "4", "5"], versions);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_version_is_read_by_its_number(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var first = (await host.Client.CreateAsync(slug, "\"seed\":1")).Expect(200);
        (await host.Client.CreateAsync(slug, "\"seed\":2")).Expect(200);

        var read = (await host.Client.GetAsync($"/presets/{slug}/versions/1")).Expect(200);

        Assert.Equal(first.Data.GetProperty("designated_version").GetRawText(), read.Data.GetRawText());
    }

    [Theory]
    [Sqlite("3"), Postgres("0"), Sqlite("staging"), Postgres("staging"), Sqlite("2147483648")]
    [Sqlite("99999999999999999999999999")]
    public async Task A_number_or_label_that_no_version_has_is_not_found(Engine engine, string version)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (await host.Client.CreateAsync(slug)).Expect(200);

        (await host.Client.GetAsync($"/presets/{slug}/versions/{version}")).IsError(404, "not_found");
    }

    [Theory]
    [Sqlite("latest"), Postgres("latest"), Sqlite("designated"), Postgres("designated")]
    public async Task The_reserved_labels_always_name_a_version(Engine engine, string version)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (await host.Client.CreateAsync(slug)).Expect(200);

        (await host.Client.GetAsync($"/presets/{slug}/versions/{version}")).Expect(200);
    }

    [Theory]
    [Sqlite("nitro"), Postgres("1.0"), Sqlite("-1"), Sqlite("%D9%A1"), Sqlite("1%20")]
    public async Task What_is_neither_a_number_nor_a_label_names_no_version(Engine engine, string version)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (await host.Client.CreateAsync(slug)).Expect(200);

        (await host.Client.GetAsync($"/presets/{slug}/versions/{version}"))
            .IsError(400, "invalid_parameter", "version");
    }

    [Theory, Sqlite, Postgres]
    public async Task The_versions_of_no_preset_are_not_found(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        (await host.Client.GetAsync($"/presets/{ApiHost.NewSlug()}/versions")).IsError(404, "not_found");
        (await host.Client.GetAsync($"/presets/{ApiHost.NewSlug()}/versions/1")).IsError(404, "not_found");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_page_of_large_versions_arrives_whole(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var text = new string('x', 300_000);
        for (var i = 0; i < 4; i++)
            (await host.Client.CreateAsync(slug, $"\"model\":\"{text}\"")).Expect(200);

        var page = (await host.Client.GetAsync($"/presets/{slug}/versions")).Expect(200);

        Assert.All(
            page.Data.EnumerateArray(),
            version => Assert.Equal(text, version.GetProperty("config").GetProperty("model").GetString()));
    }
}
