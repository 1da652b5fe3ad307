namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeLabelTests(OneNodeHosts hosts) : LabelTests(hosts);

public abstract class LabelTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task A_label_is_set_moved_and_removed(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host, versions: 3)}";

        var set = (await host.Client.PutAsync(path + "/labels/live", """{"version":1}""")).Expect(200);
        (await host.Client.PutAsync(path + "/labels/a.b-c_0", """{"version":3,"protected":true}""")).Expect(200);
        var moved = (await host.Client.PutAsync(path + "/labels/live", """{"version":2}""")).Expect(200);

        Assert.Equal("""{"live":1}""", set.Data.GetProperty("labels").GetRawText());
        Assert.Equal(moved.Text, (await host.Client.GetAsync(path)).Text);
        Assert.Equal(
            """{"data":[{"label":"a.b-c_0","version":3,"protected":true},"""
            + """{"label":"live","version":2,"protected":false}],"total_count":2}""",
            (await host.Client.GetAsync(path + "/labels")).Expect(200).Text);
        var version = (await host.Client.GetAsync(path + "/versions/live")).Expect(200);
        Assert.Equal((2, """["live"]"""), (
            version.Data.GetProperty("version").GetInt32(), version.Data.GetProperty("labels").GetRawText()));

        var removed = (await host.Client.DeleteAsync(path + "/labels/live")).Expect(204);
        (await host.Client.DeleteAsync(path + "/labels/live")).IsError(404, "not_found");
        (await host.Client.GetAsync(path + "/versions/live")).IsError(404, "not_found");
        Assert.Equal((await host.Client.GetAsync(path)).Tag, removed.Tag);
    }

    [Theory, Sqlite, Postgres]
    public async Task Setting_a_label_to_what_it_is_makes_no_revision(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host)}/labels/live";
        var set = (await host.Client.PutAsync(path, """{"version":1,"protected":true}""")).Expect(200);

        Assert.Equal(set.Tag, (await host.Client.PutAsync(path, """{"version":1}""")).Expect(200).Tag);
        Assert.Equal(
            set.Tag, (await host.Client.PutAsync(path, """{"version":1,"protected":true}""")).Expect(200).Tag);
    }

    [Theory]
    [Sqlite("latest"), Postgres("designated"), Sqlite("nitro"), Sqlite("thinking"), Sqlite("1a"), Sqlite("-a")]
    [Sqlite("A"), Sqlite("a%20b"), Sqlite("a%2Fb"), Sqlite("%C3%A9"), Sqlite("a:b")]
    [Sqlite("a123456789a123456789a123456789a123456")]
    public async Task A_name_that_cannot_be_a_label_is_refused(Engine engine, string label)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host)}";

        (await host.Client.PutAsync($"{path}/labels/{label}", """{"version":1}"""))
            .IsError(400, "invalid_parameter", "label");
        (await host.Client.DeleteAsync($"{path}/labels/{label}")).IsError(400, "invalid_parameter", "label");
        (await host.Client.PostAsync($"{path}/messages?label={label}", """{"model":"m","messages":[]}"""))
            .IsError(400, "invalid_parameter", "label");
        Assert.Equal(1, EditTests.NumberOf(await host.Client.GetAsync(path)));
    }

    [Theory]
    [Sqlite("{}", "missing_field"), Postgres("""{"version":null}""", "missing_field")]
    [Sqlite("""{"version":0}""", "invalid_field"), Postgres("""{"version":2}""", "invalid_field")]
    [Sqlite("""{"version":"1"}""", "invalid_field"), Sqlite("""{"version":1.5}""", "invalid_field")]
    [Sqlite("""{"version":99999999999}""", "invalid_field")]
    public async Task A_version_that_is_not_there_is_refused(Engine engine, string body, string reason)
    {
        var host = await hosts.OnAsync(engine);

        (await host.Client.PutAsync($"/presets/{await EditTests.NewPresetAsync(host)}/labels/live", body))
            .IsError(400, reason, "version");
    }

    [Theory, Sqlite, Postgres]
    public async Task Only_a_key_with_promote_touches_a_protected_label(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var writer = await ClientAsync(host, "write");
        var path = $"/presets/{await EditTests.NewPresetAsync(host, versions: 2)}";
        var label = path + "/labels/live";
        (await host.Client.PutAsync(label, """{"version":1,"protected":true}""")).Expect(200);

        (await writer.PutAsync(label, """{"version":2}""")).IsError(403, "missing_scope");
        (await writer.PutAsync(label, """{"version":1,"protected":false}""")).IsError(403, "missing_scope");
        (await writer.PutAsync(path + "/labels/new", """{"version":1,"protected":true}"""))
            .IsError(403, "missing_scope");
        (await writer.DeleteAsync(label)).IsError(403, "missing_scope");
        (await writer.PostAsync(path + "/messages?label=live", """{"model":"m","messages":[]}"""))
            .IsError(403, "missing_scope");
        (await writer.PutAsync(label, """{"version":1}""")).Expect(200);
        (await writer.PutAsync(path + "/labels/draft", """{"version":2}""")).Expect(200);
        (await writer.DeleteAsync(path + "/labels/draft")).Expect(204);

        Assert.Equal(
            """{"live":1}""", (await host.Client.GetAsync(path)).Data.GetProperty("labels").GetRawText());
        (await host.Client.PutAsync(label, """{"version":2,"protected":false}""")).Expect(200);
        (await writer.PutAsync(label, """{"version":1}""")).Expect(200);
        (await host.Management.DeleteAsync(label)).Expect(204);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_has_at_most_64_labels(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var labels = string.Join('&', Enumerable.Range(0, 64).Select(number => $"label=l{number}"));
        var create = $"/presets/{slug}/messages?";
        (await host.Client.PostAsync(create + labels, """{"model":"m","messages":[]}""")).Expect(200);

        (await host.Client.PutAsync($"/presets/{slug}/labels/more", """{"version":1}"""))
            .IsError(400, "invalid_field", "label");
        (await host.Client.PostAsync(create + "label=more", """{"model":"m","messages":[]}"""))
            .IsError(400, "invalid_field", "label");
        (await host.Client.PutAsync($"/presets/{slug}/labels/l7", """{"version":1}""")).Expect(200);

        var list = (await host.Client.GetAsync($"/presets/{slug}/labels")).Expect(200);
        Assert.Equal(64, list.Json.GetProperty("total_count").GetInt32());
        Assert.Equal(list.Each("label").Order(StringComparer.Ordinal), list.Each("label"));
    }

    /// <summary>A client whose key has these scopes in the default workspace.</summary>
    internal static async Task<ApiClient> ClientAsync(ApiHost host, params string[] scopes)
    {
        var key = await host.Management.PostAsync(
            "/keys", $$"""{"name":"k","scopes":["{{string.Join("\",\"", scopes)}}"]}""");
        return host.With(key.Expect(201).Json.GetProperty("key").GetString());
    }
}
