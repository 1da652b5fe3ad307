using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Presets.Api.Tests;

/// <summary>Imports that do not come to their end.</summary>
public sealed class CutOffImportTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_client_that_leaves_has_left_whole_presets_and_may_repeat(Engine engine)
    {
        await using var source = await OneNode.StartAsync(Engine.Sqlite);
        await using var target = await OneNode.StartAsync(engine);
        var (here, there) = (await MovingSite.NewAsync(source), await MovingSite.NewAsync(target));
        await FillAsync(here);
        var export = Encoding.UTF8.GetBytes(await here.ExportAsync());
        var cut = new CutContent(export, export.Length - 100_000);

        var sending = there.SendAsync(cut);
        // The first part of the large preset is stored, but not the preset.
        while (await there.CountAsync("preset_purges where due_at is not null") == 0)
            Assert.False(sending.IsCompleted);
        cut.Leave();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => sending);
        // The node has noticed.
        while (await there.CountAsync("preset_purges where due_at is not null") > 0)
            await Task.Yield();

        var whole = await there.ExportAsync();
        Assert.Equal(["a", "b"], SlugsOf(whole));
        Assert.StartsWith(whole, Encoding.UTF8.GetString(export), StringComparison.Ordinal);
        await target.Services.GetRequiredService<IPresetStore>().FinishPurgesAsync(CancellationToken.None);
        Assert.Equal(2, await there.CountAsync("preset_versions"));
        var results = await there.ImportAsync(export, "?on_conflict=skip");
        Assert.Equal(
            ["skipped", "skipped", "imported", "done"], results.Select(line => line.GetProperty("result").GetString()));
        Assert.Equal(Encoding.UTF8.GetString(export), await there.ExportAsync());
    }

    [Fact]
    public async Task A_client_that_pauses_for_too_long_is_told_so()
    {
        await using var node = await OneNode.StartAsync(Engine.Sqlite, settings: ["--Presets:BodyTimeout", "0.2"]);
        var site = await MovingSite.NewAsync(node);
        (await site.Client.CreateAsync("a")).Expect(200);
        var export = await site.ExportAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(node.Url.Host, node.Url.Port);
        await using var stream = client.GetStream();

        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"POST /api/v1/import?on_conflict=skip HTTP/1.1\r\nHost: a\r\nx-api-key: {site.Key}\r\n"
            + $"Content-Type: {MovingSite.Lines}\r\nContent-Length: {export.Length + 1}\r\n\r\n{export}"));
        var answer = await new StreamReader(stream).ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("\"result\":\"skipped\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"result\":\"stopped\"", answer, StringComparison.Ordinal);
        Assert.Contains("request_timeout", answer, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task What_is_imported_is_told_by_one_record_of_the_workspace(Engine engine)
    {
        await using var node = await OneNode.StartAsync(engine);
        var (here, there) = (await MovingSite.NewAsync(node), await MovingSite.NewAsync(node));
        await FillAsync(here);
        var export = await here.ExportAsync();

        await there.ImportAsync(export, "?dry_run=true");
        await there.ImportAsync(export);
        await there.ImportAsync(export, "?on_conflict=skip");

        Assert.Equal(1, await there.CountAsync("preset_changes where preset_id is null"));
        Assert.Equal(1, await there.CountAsync(
            """
            preset_changes
            where slug = '' and revision = 0
                and effects = '[{"what":"imported","version":null,"label":null,"field":"presets","from":null,"to":3}]'
            """));
        Assert.Equal(3, await there.CountAsync("presets where imported_revision = revision"));
    }

    private static async Task FillAsync(MovingSite site)
    {
        (await site.Client.CreateAsync("a")).Expect(200);
        (await site.Client.CreateAsync("b")).Expect(200);
        var text = new string('x', 950_000);
        for (var i = 0; i < 10; i++)
            (await site.Client.CreateAsync("large", $"\"model\":\"m{i}\",\"tools\":[{{\"name\":\"{text}\"}}]"))
                .Expect(200);
    }

    private static string[] SlugsOf(string export) =>
        [.. export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('"')[3])];

    /// <summary>A body that is sent up to a place, and then waits until its client leaves.</summary>
    private sealed class CutContent(byte[] body, int sent) : HttpContent
    {
        private readonly TaskCompletionSource left = new();

        public void Leave() => left.TrySetException(new HttpRequestException("The client leaves."));

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body.AsMemory(0, sent));
            await stream.FlushAsync();
            await left.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
