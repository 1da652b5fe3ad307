namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeArchiveTests(OneNodeHosts hosts) : ArchiveTests(hosts);

/// <summary>Archiving, restoring and purging presets.</summary>
public abstract class ArchiveTests(ApiHosts hosts)
{
    private const string Deleted = """{"deleted":true}""";

    [Theory, Sqlite, Postgres]
    public async Task An_archived_preset_is_found_only_when_the_query_asks_for_it(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host);
        var path = $"/presets/{slug}";

        var archived = (await host.Client.DeleteAsync(path)).Expect(200);

        Assert.Equal(Deleted, archived.Text);
        foreach (var part in (string[])["", "/versions", "/versions/1", "/versions/designated", "/labels"])
        {
            (await host.Client.GetAsync(path + part)).IsError(404, "preset_archived");
            (await host.Client.GetAsync($"{path}{part}?status=active")).IsError(404, "preset_archived");
            (await host.Client.GetAsync($"{path}{part}?status=gone")).IsError(400, "invalid_parameter", "status");
            (await host.Client.GetAsync($"{path}{part}?status=archived")).Expect(200);
            (await host.Client.GetAsync($"{path}{part}?status=all")).Expect(200);
        }

        var read = (await host.Client.GetAsync(path + "?status=archived")).Expect(200);
        Assert.Equal(("archived", archived.Tag), (Text(read, "status"), read.Tag));
        Assert.StartsWith(
            "HTTP/1.1 404",
            await RawHttp.SendAsync(host, "HEAD", "/api/v1" + path, host.Key),
            StringComparison.Ordinal);
        (await host.Client.GetAsync(path, ("If-None-Match", "*"))).IsError(404, "preset_archived");
        Assert.DoesNotContain(slug, (await host.Client.GetAsync("/presets?limit=100")).Each("slug"));
    }

    [Theory, Sqlite, Postgres]
    public async Task An_archived_preset_takes_another_status_and_nothing_else(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host)}";
        (await host.Client.PutAsync(path + "/labels/live", """{"version":1}""")).Expect(200);
        var archived = (await host.Client.PatchAsync(path, """{"status":"archived"}""")).Expect(200);

        (await host.Client.PostAsync(path + "/messages", """{"model":"m","messages":[]}"""))
            .IsError(409, "preset_archived");
        foreach (var body in (string[])
            ["""{"name":"N"}""", """{"designated_version":1}""", """{"status":"archived","locked":["a"]}"""])
            (await host.Client.PatchAsync(path, body)).IsError(409, "preset_archived");
        (await host.Client.PutAsync(path + "/labels/live", """{"version":1}""")).IsError(409, "preset_archived");
        (await host.Client.DeleteAsync(path + "/labels/live")).IsError(409, "preset_archived");
        Assert.Equal(archived.Text, (await host.Client.GetAsync(path + "?status=all")).Text);

        var disabled = (await host.Client.PatchAsync(path, """{"status":"disabled","name":"N"}""")).Expect(200);
        Assert.Equal(("disabled", "N"), (Text(disabled, "status"), Text(disabled, "name")));
    }

    [Theory, Sqlite, Postgres]
    public async Task Archiving_and_restoring_may_be_repeated(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host, versions: 2)}";
        (await host.Client.PutAsync(path + "/labels/live", """{"version":1}""")).Expect(200);
        var before = await host.Client.GetAsync(path);

        string?[] tags =
        [
            (await host.Client.DeleteAsync(path)).Expect(200).Tag,
            (await host.Client.DeleteAsync(path)).Expect(200).Tag,
            (await host.Client.PostAsync(path + "/restore", "")).Expect(200).Tag,
            (await host.Client.PostAsync(path + "/restore", "{}")).Expect(200).Tag,
        ];

        var after = (await host.Client.GetAsync(path)).Expect(200);
        Assert.Equal((tags[0], tags[2]), (tags[1], tags[3]));
        Assert.Equal(3, new[] { before.Tag, tags[0], tags[2] }.Distinct().Count());
        Assert.Equal(after.Tag, tags[3]);
        Assert.Equal("active", Text(after, "status"));
        foreach (var member in (string[])["id", "designated_version", "labels"])
            Assert.Equal(
                before.Data.GetProperty(member).GetRawText(), after.Data.GetProperty(member).GetRawText());
    }

    [Theory, Sqlite, Postgres]
    public async Task A_purge_removes_an_archived_preset_and_its_slug_is_free(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host, versions: 3);
        var path = $"/presets/{slug}";
        (await host.Client.PutAsync(path + "/labels/live", """{"version":1}""")).Expect(200);
        var before = await host.Client.GetAsync(path);

        (await host.Client.DeleteAsync(path + "?purge=true")).IsError(403, "forbidden");
        (await host.Management.DeleteAsync(path + "?purge=maybe")).IsError(400, "invalid_parameter", "purge");
        (await host.Management.DeleteAsync(path + "?purge=true")).IsError(409, "preset_not_archived");
        (await host.Client.DeleteAsync(path)).Expect(200);
        var purged = await host.Management.DeleteAsync(path + "?purge=true");
        (await host.Client.GetAsync(path + "?status=all")).IsError(404, "not_found");
        (await host.Management.DeleteAsync(path + "?purge=true")).IsError(404, "not_found");
        var again = (await host.Client.CreateAsync(slug)).Expect(200);

        Assert.Equal((Deleted, null), (purged.Expect(200).Text, purged.Tag));
        Assert.Equal(1, EditTests.NumberOf(again));
        Assert.NotEqual(Text(before, "id"), Text(again, "id"));
        Assert.Equal("{}", again.Data.GetProperty("labels").GetRawText());
        Assert.Equal(["1"], (await host.Client.GetAsync(path + "/versions")).Each("version"));
        (await host.Client.CreateAsync(slug, headers: ("If-Match", before.Tag!))).IsError(412, "precondition_failed");
    }

    private static string? Text(Answer answer, string member) => answer.Data.GetProperty(member).GetString();
}
