using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class ImportTests(OneNodeHosts hosts)
{
    [Theory]
    [InlineData(Engine.Sqlite, Engine.Sqlite)]
    [InlineData(Engine.Sqlite, Engine.Postgres)]
    [InlineData(Engine.Postgres, Engine.Sqlite)]
    public async Task What_was_exported_is_exported_again_byte_for_byte(Engine from, Engine to)
    {
        await using var source = await OneNode.StartAsync(from);
        await using var target = await OneNode.StartAsync(to);
        var (here, there) = (await MovingSite.NewAsync(source), await MovingSite.NewAsync(target));
        await FillAsync(here);
        var export = await here.ExportAsync();

        var results = await there.ImportAsync(export);

        Assert.Equal(["imported", "imported", "imported", "done"], Results(results));
        Assert.Equal(export, await there.ExportAsync());
        Assert.Equal(["plain", "steered"], (await there.Client.GetAsync("/presets")).Each("slug").Order());
    }

    [Theory, Sqlite, Postgres]
    public async Task An_imported_preset_is_served_and_goes_on(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (here, there) = (await MovingSite.NewAsync(host), await MovingSite.NewAsync(host));
        await FillAsync(here);
        (await there.Client.GetAsync("/presets/steered")).IsError(404, "not_found");

        await there.ImportAsync(await here.ExportAsync("?slug=steered"));

        var original = (await here.Client.GetAsync("/presets/steered")).Expect(200).Data;
        var copy = (await there.Client.GetAsync("/presets/steered")).Expect(200).Data;
        Assert.Equal(
            original.GetProperty("designated_version").GetProperty("config").ToString(),
            copy.GetProperty("designated_version").GetProperty("config").ToString());
        Assert.Equal(original.GetProperty("labels").ToString(), copy.GetProperty("labels").ToString());
        // The ids were taken in this database.
        Assert.NotEqual(original.GetProperty("id").GetGuid(), copy.GetProperty("id").GetGuid());
        Assert.Equal(
            copy.GetProperty("designated_version_id").GetGuid(),
            copy.GetProperty("designated_version").GetProperty("id").GetGuid());
        var created = await there.Client.CreateAsync("steered");
        Assert.Equal("4", created.Expect(200).Headers["X-Created-Version"]);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_slug_that_is_taken_is_refused_skipped_or_appended_to(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (here, there) = (await MovingSite.NewAsync(host), await MovingSite.NewAsync(host));
        await FillAsync(here);
        (await there.Client.CreateAsync("steered", "\"model\":\"other/model\"")).Expect(200);
        var export = await here.ExportAsync("?slug=steered");

        Assert.Equal(["refused", "done"], Results(await there.ImportAsync(export)));
        Assert.Equal(["skipped", "done"], Results(await there.ImportAsync(export, "?on_conflict=skip")));
        Assert.Equal(
            ["appended", "done"], Results(await there.ImportAsync(export, "?on_conflict=append&dry_run=true")));
        var versions = (await there.Client.GetAsync("/presets/steered/versions")).Expect(200);
        Assert.Equal(["1"], versions.Each("version"));

        // Repeating it appends nothing more.
        Assert.Equal(["appended", "done"], Results(await there.ImportAsync(export, "?on_conflict=append")));
        Assert.Equal(["appended", "done"], Results(await there.ImportAsync(export, "?on_conflict=append")));
        versions = (await there.Client.GetAsync("/presets/steered/versions")).Expect(200);
        Assert.Equal(["1", "2", "3", "4"], versions.Each("version"));
        var preset = (await there.Client.GetAsync("/presets/steered")).Data;
        Assert.Equal(1, preset.GetProperty("designated_version").GetProperty("version").GetInt32());
        Assert.Equal("{}", preset.GetProperty("labels").ToString());
    }

    [Theory, Sqlite, Postgres]
    public async Task A_large_preset_goes_in_parts_and_comes_in_whole(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (here, there) = (await MovingSite.NewAsync(host), await MovingSite.NewAsync(host));
        var text = new string('x', 900_000);
        for (var i = 0; i < 20; i++)
            (await here.Client.CreateAsync("large", $"\"model\":\"m{i}\",\"tools\":[{{\"name\":\"{text}\"}}]"))
                .Expect(200);
        await here.ChangeAsync("large", new SetLabel(Guid.CreateVersion7(), "user_1", "old", 2));
        var export = await here.ExportAsync();
        var lines = export.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.True(lines.All(line => line.Length < 10_000_000));

        var cut = await there.ImportAsync(string.Join('\n', lines[..2]));
        Assert.Equal(["refused", "done"], Results(cut));
        Assert.Equal("part", cut[0].GetProperty("error").GetProperty("metadata").GetProperty("field").GetString());
        Assert.Equal("", await there.ExportAsync());
        Assert.Equal(["refused", "done"], Results(await there.ImportAsync(string.Join('\n', lines[1..]))));
        Assert.Equal(["refused", "done"], Results(await there.ImportAsync($"{lines[0]}\n{lines[2]}")));

        Assert.Equal(["imported", "done"], Results(await there.ImportAsync(export)));
        Assert.Equal(WithoutIds(export), WithoutIds(await there.ExportAsync()));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_that_is_archived_while_versions_are_appended_is_refused_alone(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (here, there) = (await MovingSite.NewAsync(host), await MovingSite.NewAsync(host));
        var text = new string('x', 900_000);
        for (var i = 0; i < 12; i++)
            (await here.Client.CreateAsync("large", $"\"model\":\"m{i}\",\"tools\":[{{\"name\":\"{text}\"}}]"))
                .Expect(200);
        (await here.Client.CreateAsync("other", "\"model\":\"m\"")).Expect(200);
        (await there.Client.CreateAsync("large", "\"model\":\"own\"")).Expect(200);
        var lines = (await here.ExportAsync("?slug=large")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        var body = new Pipe();
        var sending = there.SendAsync(new StreamContent(body.Reader.AsStream()), "?on_conflict=append");

        // The client sends what it has written so far only when more follows.
        var (head, rest) = (lines[1][..100_000], lines[1][100_000..]);
        await body.Writer.WriteAsync(Encoding.UTF8.GetBytes($"{lines[0]}\n{head}"));
        while ((await there.Client.GetAsync("/presets/large/versions")).Expect(200).Each("version").Length < 2)
            await Task.Delay(10);
        await there.ChangeAsync(
            "large", new Edit(Guid.CreateVersion7(), "user_1") { Status = PresetStatus.Archived });
        await body.Writer.WriteAsync(Encoding.UTF8.GetBytes($"{rest}\n{await here.ExportAsync("?slug=other")}"));
        await body.Writer.CompleteAsync();

        using var response = await sending;
        var results = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["refused", "imported", "done"], Results(results));
        Assert.Equal(
            "preset_archived",
            results[0].GetProperty("error").GetProperty("metadata").GetProperty("reason").GetString());
    }

    [Theory, Sqlite, Postgres]
    public async Task Presets_that_were_purged_come_back_as_they_were(Engine engine)
    {
        await using var node = await OneNode.StartAsync(engine);
        var site = await MovingSite.NewAsync(node);
        await FillAsync(site);
        var export = await site.ExportAsync();
        foreach (var slug in new[] { "archived", "plain", "steered" })
            await site.PurgeAsync(slug);
        await site.Service<IPresetStore>().FinishPurgesAsync(CancellationToken.None);

        Assert.Equal(["imported", "imported", "imported", "done"], Results(await site.ImportAsync(export)));

        Assert.Equal(export, await site.ExportAsync());
        (await site.Client.GetAsync("/presets/steered")).Expect(200);
        Assert.Equal("4", (await site.Client.CreateAsync("steered")).Expect(200).Headers["X-Created-Version"]);
    }

    [Theory, Sqlite, Postgres]
    public async Task Nothing_is_stored_by_a_dry_run(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (here, there) = (await MovingSite.NewAsync(host), await MovingSite.NewAsync(host));
        await FillAsync(here);

        var results = await there.ImportAsync(await here.ExportAsync(), "?dry_run=true");

        Assert.Equal(["imported", "imported", "imported", "done"], Results(results));
        Assert.Equal("", await there.ExportAsync());
    }

    [Theory, Sqlite, Postgres]
    public async Task Imports_of_the_same_presets_and_creates_race_for_the_slug(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (here, there) = (await MovingSite.NewAsync(host), await MovingSite.NewAsync(host));
        const int Presets = 20;
        for (var i = 0; i < Presets; i++)
            (await here.Client.CreateAsync($"p{i}")).Expect(200);
        var export = await here.ExportAsync();

        var imports = Enumerable.Range(0, 3).Select(_ => there.ImportAsync(export, "?on_conflict=skip")).ToArray();
        var creates = Enumerable.Range(0, Presets).Select(i => there.Client.CreateAsync($"p{i}", "\"model\":\"m\""));
        var created = await Task.WhenAll(creates);
        var results = await Task.WhenAll(imports);

        Assert.All(created, answer => answer.Expect(200));
        Assert.All(results, lines => Assert.Equal("done", lines[^1].GetProperty("result").GetString()));
        var all = await there.ExportAsync();
        Assert.Equal(Presets, all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        // Each was imported first and got a version, or was created and then skipped.
        var imported = results.SelectMany(Results).Count(result => result == "imported");
        var withTwo = created.Count(answer => answer.Headers["X-Created-Version"] == "2");
        Assert.Equal(imported, withTwo);
    }

    [Fact]
    public async Task What_cannot_be_an_import_is_refused_before_anything_is_read()
    {
        var site = await MovingSite.NewAsync(await hosts.OnAsync(Engine.Sqlite));

        await IsErrorAsync(400, "invalid_parameter", headers: ("Idempotency-Key", "k"));
        await IsErrorAsync(400, "invalid_parameter", query: "?on_conflict=replace");
        await IsErrorAsync(400, "invalid_parameter", query: "?dry_run=maybe");
        await IsErrorAsync(415, "unsupported_media_type", type: "application/json");
        await IsErrorAsync(404, "not_found", query: $"?workspace_id={Guid.NewGuid()}");

        async Task IsErrorAsync(
            int status,
            string reason,
            string query = "",
            string type = MovingSite.Lines,
            params (string Name, string Value)[] headers)
        {
            using var response = await site.SendAsync(new StringContent("{}"), query, type, headers);
            var answer = await Answer.ReadAsync(response);
            Assert.Equal((status, reason), (answer.Status, answer.Reason));
        }
    }

    /// <summary>Three presets, with all that can be said of one.</summary>
    private static async Task FillAsync(MovingSite site)
    {
        (await site.Client.CreateAsync("plain")).Expect(200);
        (await site.Client.CreateAsync("archived")).Expect(200);
        await site.ChangeAsync(
            "archived", new Edit(Guid.CreateVersion7(), "user_1") { Status = PresetStatus.Archived });
        (await site.Client.CreateAsync("steered", "\"model\":\"a/b\", \"temperature\" : 1.0 ")).Expect(200);
        (await site.Client.CreateAsync("steered", "\"stop\":[\"\\u00e9\\n\\\"\",\"\u2028\"]")).Expect(200);
        await site.ChangeAsync("steered", new SetLabel(Guid.CreateVersion7(), "user_1", "prod", 1, Protected: true)
        {
            MayPromote = true,
            Message = "ok\n\"this one\"",
            RequestId = Guid.NewGuid(),
        });
        await site.ChangeAsync("steered", new Append(
            Guid.CreateVersion7(), "user_2", BodyKind.Responses, "{\"model\":\"c\"}"u8.ToArray(), null)
        {
            Designate = false,
            Labels = ["next"],
            Message = "not yet",
        });
        await site.ChangeAsync("steered", new Edit(Guid.CreateVersion7(), "user_1")
        {
            Name = "A name",
            Description = "two\nlines",
            DesignatedVersion = 1,
            Locked = ["/model", "/tools"],
        });
    }

    private static string[] Results(JsonElement[] lines) =>
        [.. lines.Select(line => line.GetProperty("result").GetString()!)];

    /// <summary>An export without what is drawn anew when it is taken.</summary>
    private static string WithoutIds(string export)
    {
        var lines = export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);
        return string.Join('\n', lines.Select(line =>
        {
            line.AsObject().Remove("id");
            foreach (var row in line["versions"]!.AsArray().Concat(line["history"]!.AsArray()))
                row!.AsObject().Remove("id");
            return line.ToJsonString();
        }));
    }
}
