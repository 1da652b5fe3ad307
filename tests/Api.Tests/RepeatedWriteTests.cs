namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeRepeatedWriteTests(OneNodeHosts hosts) : RepeatedWriteTests(hosts);

/// <summary>Writes that are repeated with their <c>Idempotency-Key</c>.</summary>
public abstract class RepeatedWriteTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task A_repeated_write_is_answered_whatever_its_precondition_and_changes_nothing(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host, versions: 2);
        var path = $"/presets/{slug}";
        var current = (await host.Client.GetAsync(path)).Tag!;

        foreach (var write in WriteRoute.All)
        {
            (string, string)[] headers = [KeyHeader(), ("If-Match", current)];
            var first = (await write.SendAsync(host, slug, headers: headers)).Expect(write.Status);
            var again = (await write.SendAsync(host, slug, headers: headers)).Expect(write.Status);

            Assert.Equal((false, true), (first.IsReplayed, again.IsReplayed));
            Assert.Equal((first.Text, first.Tag), (again.Text, again.Tag));
            var read = await host.Client.GetAsync(path + "?status=all");
            Assert.Equal(first.Tag, read.Tag);
            current = first.Tag!;
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task A_repeated_write_that_is_no_create_answers_the_preset_as_it_is_now(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host, versions: 2)}";
        var (name, label) = (KeyHeader(), KeyHeader());
        (await host.Client.PatchAsync(path, """{"name":"N"}""", name)).Expect(200);
        (await host.Client.PutAsync(path + "/labels/live", """{"version":1}""", label)).Expect(200);
        (await host.Client.PatchAsync(path, """{"name":"O"}""")).Expect(200);
        (await host.Client.PutAsync(path + "/labels/live", """{"version":2}""")).Expect(200);

        var renamed = await host.Client.PatchAsync(path, """{"name":"N"}""", name);
        var set = await host.Client.PutAsync(path + "/labels/live", """{"version":1}""", label);

        var now = (await host.Client.GetAsync(path)).Expect(200);
        Assert.All([renamed, set], answer =>
        {
            Assert.True(answer.Expect(200).IsReplayed);
            Assert.Equal((now.Text, now.Tag), (answer.Text, answer.Tag));
        });
    }

    [Theory, Sqlite, Postgres]
    public async Task A_repeated_create_answers_the_version_of_then_with_its_tag(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host);
        var key = KeyHeader();
        var first = (await host.Client.CreateAsync(slug, headers: key)).Expect(200);
        (await host.Client.CreateAsync(slug)).Expect(200);
        (await host.Client.DeleteAsync($"/presets/{slug}")).Expect(200);

        var again = (await host.Client.CreateAsync(slug, headers: key)).Expect(200);

        Assert.True(again.IsReplayed);
        Assert.Equal(
            (first.Tag, "2", 2), (again.Tag, again.Headers["X-Created-Version"], EditTests.NumberOf(again)));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_write_that_changed_nothing_uses_its_key_up_too(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host)}";
        var key = KeyHeader();

        (await host.Client.PatchAsync(path, "{}", key)).Expect(200);

        Assert.True((await host.Client.PatchAsync(path, "{}", key)).Expect(200).IsReplayed);
        (await host.Client.PatchAsync(path, """{"name":"N"}""", key))
            .IsError(422, "idempotency_key_reused", "Idempotency-Key");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_refused_write_leaves_its_key_free(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{await EditTests.NewPresetAsync(host)}";
        var key = KeyHeader();

        (await host.Client.PatchAsync(path, """{"name":"N"}""", key, ("If-Match", "\"a\"")))
            .IsError(412, "precondition_failed");
        (await host.Client.PutAsync(path + "/labels/live", """{"version":7}""", key))
            .IsError(400, "invalid_field", "version");

        Assert.False((await host.Client.PatchAsync(path, """{"name":"N"}""", key)).Expect(200).IsReplayed);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_stands_for_one_route_body_message_and_outcome_but_any_precondition(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host, versions: 2);
        foreach (var write in WriteRoute.All)
        {
            var key = KeyHeader();
            (await write.SendAsync(host, slug, headers: key)).Expect(write.Status);

            var others = WriteRoute.All.Where(other =>
                (other.Method, other.Path.Split('?')[0]) != (write.Method, write.Path.Split('?')[0]));
            foreach (var other in others)
                (await other.SendAsync(host, slug, headers: key)).IsError(422, "idempotency_key_reused", KeyName);
            if (write.Other is { } body)
                (await write.SendAsync(host, slug, body: body, headers: key))
                    .IsError(422, "idempotency_key_reused", KeyName);
            (await write.SendAsync(host, slug, headers: [key, ("X-Version-Message", "other")]))
                .IsError(422, "idempotency_key_reused", KeyName);
            if (write.IsCreate)
            {
                foreach (var query in (string[])["label=other", "designate=false"])
                    (await write.SendAsync(host, slug, query, headers: key))
                        .IsError(422, "idempotency_key_reused", KeyName);
                (await write.SendAsync(host, slug, headers: [key, ("Prefer", "handling=skip-unchanged")]))
                    .IsError(422, "idempotency_key_reused", KeyName);
            }

            Assert.True((await write.SendAsync(host, slug, headers: [key, ("If-Match", "\"a\"")]))
                .Expect(write.Status).IsReplayed);
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task After_a_purge_only_the_purge_may_be_repeated(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host, versions: 2);
        var keys = WriteRoute.All.ToDictionary(write => write, _ => KeyHeader());
        foreach (var (write, key) in keys)
            (await write.SendAsync(host, slug, headers: key)).Expect(write.Status);

        await ExpectPurgedAsync();
        (await host.Client.GetAsync($"/presets/{slug}?status=all")).IsError(404, "not_found");
        var next = (await host.Client.CreateAsync(slug)).Expect(200);
        await ExpectPurgedAsync();

        Assert.Equal(next.Text, (await host.Client.GetAsync($"/presets/{slug}")).Expect(200).Text);

        async Task ExpectPurgedAsync()
        {
            foreach (var (write, key) in keys)
            {
                var again = await write.SendAsync(host, slug, headers: key);
                if (write.IsPurge)
                    Assert.True(again.Expect(200).IsReplayed);
                else
                    again.IsError(404, "preset_purged");
            }
        }
    }

    [Fact]
    public void A_plain_create_has_the_fingerprint_of_the_release_before()
    {
        var request = new Microsoft.AspNetCore.Http.DefaultHttpContext().Request;
        request.RouteValues["slug"] = "s";

        Assert.Equal("POST presets/s/chat/completions", new PresetCreate("chat/completions").Of(request));
        request.Headers.IfMatch = "\"a\"";
        request.QueryString = new("?workspace_id=x&designate=true&dry_run=1&label=");
        Assert.Equal("POST presets/s/messages", new PresetCreate("messages").Of(request));
    }

    private const string KeyName = "Idempotency-Key";

    private static (string, string) KeyHeader() => (KeyName, Guid.NewGuid().ToString());
}
