namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeDryRunTests(OneNodeHosts hosts) : DryRunTests(hosts);

/// <summary>Writes that are only tried.</summary>
public abstract class DryRunTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task A_dry_run_answers_what_would_be_and_stores_nothing(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host, versions: 2);
        var path = $"/presets/{slug}?status=all";

        foreach (var write in WriteRoute.All.Where(write => write.Path != "?dry_run=false"))
        {
            var key = ("Idempotency-Key", Guid.NewGuid().ToString());
            var before = await host.Client.GetAsync(path);
            var tried = (await write.SendAsync(host, slug, "dry_run=true", headers: key)).Expect(write.Status);
            var after = await host.Client.GetAsync(path);
            var other = write.Other ?? write.Body;
            (await write.SendAsync(host, slug, "dry_run=1", other, key)).Expect(write.Status);
            var done = (await write.SendAsync(host, slug, headers: key)).Expect(write.Status);

            Assert.Equal((before.Text, before.Tag), (after.Text, after.Tag));
            Assert.Equal((null, false, false), (tried.Tag, tried.IsReplayed, done.IsReplayed));
            Assert.Equal(
                tried.Headers.GetValueOrDefault("X-Created-Version"),
                done.Headers.GetValueOrDefault("X-Created-Version"));
            if (tried.Text.Length > 0 && tried.Json.TryGetProperty("data", out var would))
                foreach (var member in (string[])["status", "name", "labels", "locked", "creator_user_id"])
                    Assert.Equal(
                        done.Data.GetProperty(member).GetRawText(), would.GetProperty(member).GetRawText());
            if (write.Path == "/restore")
                (await host.Client.DeleteAsync($"/presets/{slug}")).Expect(200);
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task A_dry_run_is_refused_as_the_write_would_be(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host);
        var path = $"/presets/{slug}";

        (await host.Client.PatchAsync(path + "?dry_run=true", """{"designated_version":2}"""))
            .IsError(400, "invalid_field", "designated_version");
        (await host.Client.PatchAsync(path + "?dry_run=true", "{}", ("If-Match", "\"a\"")))
            .IsError(412, "precondition_failed");
        (await host.Client.PatchAsync(path + "?dry_run=perhaps", "{}")).IsError(400, "invalid_parameter", "dry_run");
        (await host.Client.PostAsync($"{path}/messages?dry_run=true", """{"model":"m"}"""))
            .IsError(400, "missing_field", "messages");
        (await host.Client.DeleteAsync(path)).Expect(200);
        (await host.Client.PostAsync($"{path}/messages?dry_run=true", """{"model":"m","messages":[]}"""))
            .IsError(409, "preset_archived");
    }

    [Theory, Sqlite, Postgres]
    public async Task The_dry_run_of_a_create_shows_the_difference_to_the_designated_version(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{ApiHost.NewSlug()}";
        const string Query = "/messages?dry_run=true";

        var first = await host.Client.PostAsync(path + Query, BodyOf("\"model\":\"m\",\"system\":\"A\\nB\""));
        (await host.Client.GetAsync(path)).IsError(404, "not_found");
        foreach (var fields in (string[])["\"model\":\"m\",\"top_k\":1,\"system\":\"A\\nB\"", "\"model\":\"n\""])
            (await host.Client.PostAsync(path + "/messages", BodyOf(fields))).Expect(200);
        (await host.Client.PatchAsync(path, """{"designated_version":1}""")).Expect(200);
        var next = await host.Client.PostAsync(
            path + Query, BodyOf("\"model\":\"n\",\"temperature\":1.0,\"system\":\"A\\nC\""));
        var undesignated = await host.Client.PostAsync(
            path + Query + "&designate=false", BodyOf("\"model\":\"m\",\"top_k\":1,\"system\":\"A\\nB\""));
        var skipped = await host.Client.PostAsync(
            path + Query,
            BodyOf("\"model\":\"\\u006d\",\"top_k\":1,\"system\":\"A\\nB\""),
            ("Prefer", "handling=skip-unchanged"));

        Assert.Equal(
            """{"from":null,"to":1,"changes":[{"path":"/model","op":"add","from":null,"to":"m"}]"""
            + ""","system_prompt":"--- from\n+++ to\n@@ -0,0 +1,2 @@\n+A\n+B\n\\ No newline at end of file\n"}""",
            DiffOf(first));
        Assert.Equal(1, EditTests.NumberOf(first));
        var diff = next.Expect(200).Json.GetProperty("diff");
        Assert.Equal((1, 3), (diff.GetProperty("from").GetInt32(), diff.GetProperty("to").GetInt32()));
        Assert.Equal(
            """
            [{"path":"/top_k","op":"remove","from":1,"to":null},{"path":"/model","op":"replace","from":"m","to":"n"},
            {"path":"/temperature","op":"add","from":null,"to":1.0}]
            """.ReplaceLineEndings(""),
            diff.GetProperty("changes").GetRawText());
        Assert.Contains("-B\n", diff.GetProperty("system_prompt").GetString(), StringComparison.Ordinal);
        Assert.Equal((3, "3"), (EditTests.NumberOf(next), next.Headers["X-Created-Version"]));
        Assert.Equal("""{"from":1,"to":3,"changes":[],"system_prompt":null}""", DiffOf(undesignated));
        Assert.Equal((1, "3"), (EditTests.NumberOf(undesignated), undesignated.Headers["X-Created-Version"]));
        Assert.Equal("""{"from":1,"to":1,"changes":[],"system_prompt":null}""", DiffOf(skipped));
        Assert.Equal("handling=skip-unchanged", skipped.Headers["Preference-Applied"]);

        static string BodyOf(string fields) => $$"""{{{fields}},"messages":[]}""";

        static string DiffOf(Answer answer) => answer.Expect(200).Json.GetProperty("diff").GetRawText();
    }
}
