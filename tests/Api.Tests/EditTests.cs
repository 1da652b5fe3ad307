using System.Text.Json;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeEditTests(OneNodeHosts hosts) : EditTests(hosts);

/// <summary>Changes of a preset itself.</summary>
public abstract class EditTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task A_patch_changes_what_it_names_and_answers_as_a_read(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 2);

        var changed = await host.Client.PatchAsync(
            $"/presets/{slug}",
            """{"name":"N \"é\"","description":"D","status":"disabled","designated_version":1,"""
            + """ "locked":["model","a.b"]}""");

        var read = (await host.Client.GetAsync($"/presets/{slug}")).Expect(200);
        Assert.Equal((read.Text, read.Tag), (changed.Expect(200).Text, changed.Tag));
        var data = read.Data;
        Assert.Equal(
            ("N \"é\"", "D", "disabled"), (Text(data, "name"), Text(data, "description"), Text(data, "status")));
        Assert.Equal(1, data.GetProperty("designated_version").GetProperty("version").GetInt32());
        Assert.Equal("""{"seed":1}""", data.GetProperty("designated_version").GetProperty("config").GetRawText());
        Assert.Equal("""["model","a.b"]""", data.GetProperty("locked").GetRawText());
        Assert.Equal(data.GetProperty("updated_at").GetRawText(), data.GetProperty("status_updated_at").GetRawText());
    }

    [Theory, Sqlite, Postgres]
    public async Task What_a_patch_leaves_out_stays_and_null_clears_the_description_alone(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host);
        var path = $"/presets/{slug}";
        await host.Client.PatchAsync(path, """{"name":"N","description":"D","locked":["model"]}""");

        var other = (await host.Client.PatchAsync(path, """{"description":"E"}""")).Expect(200).Data;
        var nulls = (await host.Client.PatchAsync(
            path,
            """{"name":null,"description":null,"status":null,"designated_version":null,"locked":null}"""))
            .Expect(200).Data;
        var unlocked = (await host.Client.PatchAsync(path, """{"locked":[],"x":1}""")).Expect(200);

        Assert.Equal(("N", "E"), (Text(other, "name"), Text(other, "description")));
        Assert.Equal("""["model"]""", other.GetProperty("locked").GetRawText());
        Assert.Equal(("N", null), (Text(nulls, "name"), Text(nulls, "description")));
        Assert.Equal("""["model"]""", nulls.GetProperty("locked").GetRawText());
        Assert.Equal("[]", unlocked.Data.GetProperty("locked").GetRawText());
        Assert.Equal("x", unlocked.Headers["X-Ignored-Fields"]);
    }

    [Theory]
    [Sqlite("{}"), Postgres("{}")]
    [Sqlite("""{"name":"N","description":"D","status":"active","designated_version":2,"locked":["a"]}""")]
    [Postgres("""{"name":"N","description":"D","status":"active","designated_version":2,"locked":["a"]}""")]
    public async Task A_patch_that_changes_nothing_makes_no_revision(Engine engine, string body)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 2);
        var before = await host.Client.PatchAsync(
            $"/presets/{slug}", """{"name":"N","description":"D","locked":["a"]}""");

        var after = await host.Client.PatchAsync($"/presets/{slug}", body);

        Assert.Equal((before.Expect(200).Text, before.Tag), (after.Expect(200).Text, after.Tag));
    }

    [Theory]
    [Sqlite("""{"name":""}""", "name"), Postgres("""{"name":1}""", "name"), Sqlite("""{"name":"a\u0000"}""", "name")]
    [Sqlite("""{"name":"\ud800"}""", "name"), Sqlite("""{"description":["x"]}""", "description")]
    [Sqlite("""{"status":"gone"}""", "status"), Sqlite("""{"status":"Active"}""", "status")]
    [Sqlite("""{"status":true}""", "status"), Sqlite("""{"status":""}""", "status")]
    [Sqlite("""{"designated_version":0}""", "designated_version")]
    [Postgres("""{"designated_version":2}""", "designated_version")]
    [Sqlite("""{"designated_version":-1}""", "designated_version")]
    [Sqlite("""{"designated_version":"1"}""", "designated_version")]
    [Sqlite("""{"designated_version":1.5}""", "designated_version")]
    [Sqlite("""{"designated_version":2147483648}""", "designated_version")]
    [Sqlite("""{"locked":"model"}""", "locked"), Sqlite("""{"locked":[1]}""", "locked")]
    [Sqlite("""{"locked":[null]}""", "locked"), Sqlite("""{"locked":[""]}""", "locked")]
    [Sqlite("""{"locked":["a","b","a"]}""", "locked"), Sqlite("""{"locked":["a..b"]}""", "locked")]
    [Sqlite("""{"locked":[".a"]}""", "locked"), Sqlite("""{"locked":["a."]}""", "locked")]
    [Sqlite("""{"locked":["a\u0000"]}""", "locked"), Sqlite("""{"locked":["\ud800"]}""", "locked")]
    [Sqlite("""{"locked":{"a":1}}""", "locked")]
    public async Task A_value_that_cannot_be_is_refused(Engine engine, string body, string field)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host);
        var before = await host.Client.GetAsync($"/presets/{slug}");

        (await host.Client.PatchAsync($"/presets/{slug}", body)).IsError(400, "invalid_field", field);

        Assert.Equal(before.Text, (await host.Client.GetAsync($"/presets/{slug}")).Text);
    }

    [Theory, Sqlite, Postgres]
    public async Task Texts_and_lists_are_bounded_in_characters(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await NewPresetAsync(host)}";
        // A code point counts once, whatever it takes in UTF-16.
        var name = string.Concat(Enumerable.Repeat("😀", 256));
        string[] paths = [.. Enumerable.Range(10, 64).Select(number => $"{number}." + new string('p', 253))];

        var most = (await host.Client.PatchAsync(path, BodyOf(name, new string('d', 4096), paths))).Expect(200).Data;

        Assert.Equal((name, 4096), (Text(most, "name"), Text(most, "description")!.Length));
        Assert.Equal(paths, most.GetProperty("locked").EnumerateArray().Select(each => each.GetString()));
        (await host.Client.PatchAsync(path, BodyOf(name + "x", "", []))).IsError(400, "invalid_field", "name");
        (await host.Client.PatchAsync(path, BodyOf("x", new string('d', 4097), [])))
            .IsError(400, "invalid_field", "description");
        (await host.Client.PatchAsync(path, BodyOf("x", "", [.. paths, "more"])))
            .IsError(400, "invalid_field", "locked");
        (await host.Client.PatchAsync(path, BodyOf("x", "", [new string('p', 257)])))
            .IsError(400, "invalid_field", "locked");

        static string BodyOf(string name, string description, string[] locked) =>
            JsonSerializer.Serialize(new { name, description, locked });
    }

    [Theory]
    [Sqlite("""{"name":"a","name":"b"}""", "duplicate_key", "name"), Sqlite("[]", "invalid_json", null)]
    [Postgres("", "invalid_json", null)]
    public async Task A_body_that_is_no_object_is_refused(Engine engine, string body, string reason, string? field)
    {
        var host = await hosts.OnAsync(engine);

        (await host.Client.PatchAsync($"/presets/{await NewPresetAsync(host)}", body)).IsError(400, reason, field);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_rollback_serves_the_earlier_version_and_the_next_create_the_newest(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await NewPresetAsync(host, versions: 3);

        var back = (await host.Client.PatchAsync($"/presets/{slug}", """{"designated_version":1}""")).Expect(200);
        var next = (await host.Client.CreateAsync(slug)).Expect(200);

        Assert.Equal(1, NumberOf(back));
        Assert.Equal(4, NumberOf(next));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_disabled_preset_takes_creates_and_edits(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await NewPresetAsync(host)}";
        (await host.Client.PatchAsync(path, """{"status":"disabled"}""")).Expect(200);

        (await host.Client.PostAsync(path + "/messages", """{"model":"m","messages":[]}""")).Expect(200);
        (await host.Client.PatchAsync(path, """{"name":"N"}""")).Expect(200);
        (await host.Client.PutAsync(path + "/labels/live", """{"version":1}""")).Expect(200);

        (await host.Client.DeleteAsync(path)).IsError(409, "preset_disabled");
        (await host.Client.PostAsync(path + "/restore", "")).IsError(409, "preset_disabled");
        var read = (await host.Client.GetAsync(path)).Expect(200);
        Assert.Equal(("N", "disabled", 2), (Text(read.Data, "name"), Text(read.Data, "status"), NumberOf(read)));
        Assert.Equal(
            "archived",
            Text((await host.Client.PatchAsync(path, """{"status":"archived"}""")).Expect(200).Data, "status"));
    }

    [Theory, Sqlite, Postgres]
    public async Task What_is_not_there_is_not_found(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var stranger = await PresetTests.NewWorkspaceAsync(host);
        foreach (var (client, slug) in (IEnumerable<(ApiClient, string)>)
            [(host.Client, ApiHost.NewSlug()), (stranger, await NewPresetAsync(host))])
        {
            var path = $"/presets/{slug}";
            (await client.PatchAsync(path, """{"name":"N"}""")).IsError(404, "not_found");
            (await client.DeleteAsync(path)).IsError(404, "not_found");
            (await client.PostAsync(path + "/restore", "")).IsError(404, "not_found");
            (await client.GetAsync(path + "/labels")).IsError(404, "not_found");
            (await client.PutAsync(path + "/labels/live", """{"version":1}""")).IsError(404, "not_found");
            (await client.DeleteAsync(path + "/labels/live")).IsError(404, "not_found");
        }

        (await host.Client.PatchAsync("/presets/a%20b", "{}")).IsError(400, "invalid_slug", "slug");
        (await host.Client.DeleteAsync("/presets/a:b")).IsError(400, "invalid_slug", "slug");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_management_key_steers_presets_of_any_workspace(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        var created = (await (await PresetTests.NewWorkspaceAsync(host)).CreateAsync(slug)).Expect(200);
        var (path, query) = ($"/presets/{slug}", $"?workspace_id={Text(created.Data, "workspace_id")}");

        (await host.Management.PatchAsync(path, """{"name":"N"}""")).IsError(404, "not_found");
        (await host.Management.PatchAsync(path + query, """{"name":"N","locked":["model"]}""")).Expect(200);
        (await host.Management.PutAsync($"{path}/labels/live{query}", """{"version":1,"protected":true}"""))
            .Expect(200);
        (await host.Management.DeleteAsync($"{path}/labels/live{query}")).Expect(204);
        (await host.Management.DeleteAsync(path + query)).Expect(200);
        (await host.Management.PostAsync($"{path}/restore{query}", "")).Expect(200);
        (await host.Management.DeleteAsync(path + query)).Expect(200);
        (await host.Management.DeleteAsync($"{path}{query}&purge=true")).Expect(200);
        (await host.Management.GetAsync(path + query)).IsError(404, "not_found");
    }

    /// <summary>The slug of a new preset with so many versions, whose seeds are their numbers.</summary>
    internal static async Task<string> NewPresetAsync(ApiHost host, int versions = 1)
    {
        var slug = ApiHost.NewSlug();
        for (var number = 1; number <= versions; number++)
            (await host.Client.CreateAsync(slug, $"\"seed\":{number}")).Expect(200);
        return slug;
    }

    /// <summary>The number of the designated version that an answer shows.</summary>
    internal static int NumberOf(Answer answer) =>
        answer.Data.GetProperty("designated_version").GetProperty("version").GetInt32();

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
