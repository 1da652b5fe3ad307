using System.IO.Pipelines;
using Presets.Storage;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class ExportTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task Presets_come_by_slug_and_may_be_named(Engine engine)
    {
        var site = await MovingSite.NewAsync(await hosts.OnAsync(engine));
        foreach (var slug in new[] { "b", "B", "a-1", "~", "a.1" })
            (await site.Client.CreateAsync(slug)).Expect(200);

        Assert.Equal(["B", "a-1", "a.1", "b", "~"], SlugsOf(await site.ExportAsync()));
        Assert.Equal(["a.1", "b"], SlugsOf(await site.ExportAsync("?slug=b&slug=a.1&slug=b")));
        (await site.Client.GetAsync("/export?slug=b&slug=none")).IsError(404, "not_found", "slug");
        (await site.Client.GetAsync($"/export?workspace_id={Guid.NewGuid()}"))
            .IsError(404, "not_found", "workspace_id");
    }

    [Fact]
    public async Task A_management_key_exports_and_imports_in_any_workspace_that_exists()
    {
        var host = await hosts.OnAsync(Engine.Sqlite);
        var site = await MovingSite.NewAsync(host);
        (await site.Client.CreateAsync("a")).Expect(200);
        var management = new MovingSite((OneNode)host, site.WorkspaceId, host.ManagementKey);
        var query = $"?workspace_id={site.WorkspaceId}";

        var export = await management.ExportAsync(query);

        Assert.Equal(["a"], SlugsOf(export));
        var results = await management.ImportAsync(export, query + "&on_conflict=skip");
        Assert.Equal("skipped", results[0].GetProperty("result").GetString());
        (await host.Management.GetAsync($"/export?workspace_id={Guid.NewGuid()}"))
            .IsError(404, "not_found", "workspace_id");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_that_is_purged_meanwhile_says_so_and_then_is_left_out(Engine engine)
    {
        var clock = TimeProvider.System;
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var store = StorageFactory.CreatePresetStore(database, clock);
        var (workspace, _) = await new WorkspaceStore(database, clock).EnsureDefaultAsync(
            new Workspace(Guid.NewGuid(), "w", "w", null, null, null, true, null, clock.GetUtcNow(), null),
            CancellationToken.None);
        var name = new PresetName(workspace.Id, "gone");
        var archive = new Edit(Guid.CreateVersion7(), "user_1") { Status = PresetStatus.Archived };
        await CommitAsync(new Append(Guid.CreateVersion7(), "user_1", null, "{}"u8.ToArray(), null));
        await CommitAsync(archive);
        var preset = await new ExportStore(database).FindAsync(name, CancellationToken.None);

        // The head goes at once, the versions later.
        await CommitAsync(new Purge(Guid.CreateVersion7(), "user_1"));
        var half = await ExportAsync();
        await store.FinishPurgesAsync(CancellationToken.None);
        var nothing = await ExportAsync();

        Assert.EndsWith("\"purged\":true,\"last\":true}\n", half, StringComparison.Ordinal);
        Assert.Equal("", nothing);
        var site = await MovingSite.NewAsync(await hosts.OnAsync(engine));
        var result = (await site.ImportAsync(half))[0];
        Assert.Equal("refused", result.GetProperty("result").GetString());
        Assert.Contains("preset_purged", result.ToString(), StringComparison.Ordinal);

        Task CommitAsync(Change change) =>
            store.CommitAsync(new CommitRequest(name, null, [change], clock.GetTimestamp()));

        async Task<string> ExportAsync()
        {
            var pipe = new Pipe();
            await new PresetExport(new ExportStore(database), pipe.Writer, CancellationToken.None).WriteAsync(preset!);
            await pipe.Writer.CompleteAsync();
            return await new StreamReader(pipe.Reader.AsStream()).ReadToEndAsync();
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task An_export_that_fails_breaks_off(Engine engine)
    {
        await using var node = await OneNode.StartAsync(engine);
        var site = await MovingSite.NewAsync(node);
        (await site.Client.CreateAsync("a")).Expect(200);
        await site.Service<Database>().WriteAsync(
            connection => connection.ExecuteAsync("alter table preset_versions rename to elsewhere"),
            CancellationToken.None);

        await Assert.ThrowsAsync<HttpRequestException>(() => site.ExportAsync());
    }

    private static string[] SlugsOf(string export) =>
        [.. export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('"')[3])];
}
