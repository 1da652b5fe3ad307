namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeWritePreconditionTests(OneNodeHosts hosts) : WritePreconditionTests(hosts);

/// <summary>Entity tags, and the preconditions of reads and writes.</summary>
public abstract class WritePreconditionTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task Every_write_happens_only_when_its_precondition_holds(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host, versions: 2);
        var stale = (await host.Client.GetAsync($"/presets/{slug}")).Tag!;
        var current = (await host.Client.PatchAsync($"/presets/{slug}", """{"name":"first"}""")).Tag!;

        foreach (var write in WriteRoute.All)
        {
            foreach (var (name, value) in ((string, string)[])
                [("If-Match", stale), ("If-Match", "W/" + current), ("If-None-Match", "*"), ("If-None-Match", current),
                 ("If-None-Match", "W/" + current), ("If-Match", "\"other\"")])
            {
                var refused = await write.SendAsync(host, slug, headers: (name, value));
                refused.IsError(412, "precondition_failed");
                Assert.True(refused.Tag == current, $"{write} with {name}: {value} named {refused.Tag}");
            }

            var done = (await write.SendAsync(
                host, slug, headers: [("If-Match", $"\"other\", {current}"), ("If-None-Match", stale)]))
                .Expect(write.Status);

            var read = await host.Client.GetAsync($"/presets/{slug}?status=all");
            Assert.Equal(write.IsPurge ? 404 : 200, read.Status);
            Assert.Equal(read.Tag, done.Tag);
            Assert.True(done.Tag != current, $"{write} kept the tag");
            (stale, current) = (current, done.Tag!);
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task If_none_match_of_any_makes_a_preset_and_no_version(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();
        (string, string) absent = ("If-None-Match", "*");

        var created = (await host.Client.CreateAsync(slug, headers: absent)).Expect(200);
        var refused = await host.Client.CreateAsync(slug, headers: absent);
        var archived = (await host.Client.DeleteAsync($"/presets/{slug}")).Expect(200);
        var refusedToo = await host.Client.CreateAsync(slug, headers: absent);

        refused.IsError(412, "precondition_failed");
        refusedToo.IsError(412, "precondition_failed");
        Assert.Equal((created.Tag, archived.Tag), (refused.Tag, refusedToo.Tag));
    }

    [Theory]
    [Sqlite("*"), Postgres("*"), Sqlite("\"550e8400-e29b-41d4-a716-446655440000.1\""), Sqlite("\"\"")]
    public async Task If_match_never_holds_for_a_preset_that_is_not_there(Engine engine, string value)
    {
        var host = await hosts.OnAsync(engine);
        var slug = ApiHost.NewSlug();

        var create = await host.Client.CreateAsync(slug, headers: ("If-Match", value));
        var patch = await host.Client.PatchAsync($"/presets/{slug}", "{}", ("If-Match", value));

        create.IsError(412, "precondition_failed");
        patch.IsError(412, "precondition_failed");
        Assert.Equal((null, null), (create.Tag, patch.Tag));
        (await host.Client.GetAsync($"/presets/{slug}")).IsError(404, "not_found");
    }

    [Theory]
    [Sqlite("If-Match", "x"), Postgres("If-Match", "\"a"), Sqlite("If-Match", "")]
    [Sqlite("If-None-Match", "*, \"a\" b")]
    public async Task A_malformed_precondition_is_refused(Engine engine, string name, string value)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host);

        (await host.Client.PatchAsync($"/presets/{slug}", """{"name":"N"}""", (name, value)))
            .IsError(400, "invalid_parameter", name);
        (await host.Client.CreateAsync(slug, headers: (name, value))).IsError(400, "invalid_parameter", name);
    }

    [Theory]
    [Sqlite("\"caf\u00E9\""), Postgres("\"\u00C3\u00A9\""), Sqlite("\"%00\"")]
    public async Task A_tag_of_any_bytes_names_no_state(Engine engine, string tag)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/api/v1/presets/{await EditTests.NewPresetAsync(host)}";
        string RequestOf(string method, string header) =>
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {host.Key}\r\n"
            + $"Content-Length: 0\r\n{header}: {tag}\r\nConnection: close\r\n\r\n";

        var read = await RawHttp.SendAsync(host, RequestOf("GET", "If-None-Match"));
        var write = await RawHttp.SendAsync(host, RequestOf("DELETE", "If-Match"));

        Assert.StartsWith("HTTP/1.1 200", read, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 412", write, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_read_of_a_known_state_is_not_modified(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host);
        var path = $"/presets/{slug}";
        var tag = (await host.Client.GetAsync(path)).Expect(200).Tag!;

        foreach (var known in (string[])[tag, "W/" + tag, "*", $"\"a\", W/\"b\",{tag}", $"\"\", {tag}"])
        {
            var answer = (await host.Client.GetAsync(path, ("If-None-Match", known))).Expect(304);
            Assert.Equal((tag, ""), (answer.Tag, answer.Text));
        }

        (await host.Client.GetAsync(path, ("If-None-Match", "\"a\""))).Expect(200);
        (await host.Client.GetAsync(path, ("If-None-Match", "a"))).IsError(400, "invalid_parameter", "If-None-Match");
        (await host.Client.GetAsync($"/presets/{ApiHost.NewSlug()}", ("If-None-Match", "*")))
            .IsError(404, "not_found");
        var head = await RawHttp.SendAsync(
            host,
            $"HEAD /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {host.Key}\r\n"
            + $"If-None-Match: \"a\"\r\nIf-None-Match: W/{tag}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 304", head, StringComparison.Ordinal);
        Assert.Contains($"ETag: {tag}\r\n", head, StringComparison.Ordinal);

        (await host.Client.PatchAsync(path, """{"name":"N"}""")).Expect(200);
        (await host.Client.GetAsync(path, ("If-None-Match", tag))).Expect(200);
    }

    [Theory, Sqlite, Postgres]
    public async Task Versions_and_lists_carry_no_tag(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host)}";

        foreach (var part in (string[])["/versions", "/versions/1"])
            Assert.Null((await host.Client.GetAsync(path + part)).Expect(200).Tag);
        Assert.Null((await host.Client.GetAsync("/presets")).Expect(200).Tag);
    }

    [Theory, Sqlite, Postgres]
    public async Task Of_writers_with_one_tag_one_wins(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host, versions: 2)}";
        var tag = (await host.Client.GetAsync(path)).Tag!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(number => (number % 3) switch
        {
            0 => host.Client.PatchAsync(path, $$"""{"name":"N{{number}}"}""", ("If-Match", tag)),
            1 => host.Client.PutAsync($"{path}/labels/l{number}", """{"version":1}""", ("If-Match", tag)),
            _ => host.Client.PostAsync(path + "/messages", """{"model":"m","messages":[]}""", ("If-Match", tag)),
        }));

        var won = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(
            answers.Where(answer => answer != won),
            answer => Assert.Equal((412, won.Tag), (answer.Status, answer.Tag)));
        Assert.Equal(won.Tag, (await host.Client.GetAsync(path)).Tag);
    }
}
