using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Presets.Withstand.Tests;

/// <summary>Exports and imports that are larger than what a node may hold.</summary>
public sealed class MovingTests
{
    private const long MostGrowth = 64L << 20;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(30) };

    // 100,000 versions in 1,000 presets in the long form.
    private static readonly int Presets = Site.IsSoak ? 1000 : 150;

    [PostgresFact]
    public async Task An_export_of_many_versions_comes_in_and_goes_out_byte_for_byte_in_little_memory()
    {
        var folder = Directory.CreateTempSubdirectory("presets-moving-");
        await using var source = await Site.StartAsync(Engine.Sqlite);
        await using var target = await Site.StartAsync(Engine.Postgres);
        var (first, exported, again) = (Path("made"), Path("exported"), Path("again"));
        await WriteAsync(first);

        // What a node needs for any import and export is there after the first.
        await ImportAsync(source, first);
        await ExportAsync(source, exported);
        var growth = await GrowthAsync(source, () => ExportAsync(source, exported));
        growth = Math.Max(growth, await GrowthAsync(target, async () =>
        {
            await ImportAsync(target, exported);
            await ExportAsync(target, again);
        }));

        Assert.Equal(await HashAsync(exported), await HashAsync(again));
        Assert.Equal(await HashAsync(first), await HashAsync(exported));
        Assert.True(growth < MostGrowth, $"resident memory grew by {growth >> 20} MiB");
        folder.Delete(recursive: true);

        string Path(string name) => System.IO.Path.Combine(folder.FullName, name);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_node_that_is_killed_leaves_whole_presets_and_the_import_may_be_repeated(Engine engine)
    {
        var folder = Directory.CreateTempSubdirectory("presets-moving-");
        await using var site = await Site.StartAsync(engine);
        var (made, exported) = (Path.Combine(folder.FullName, "made"), Path.Combine(folder.FullName, "exported"));
        await WriteAsync(made);

        var importing = ImportAsync(site, made);
        while ((await site.ReadTableAsync()).Presets.Count < 5)
            Assert.False(importing.IsCompleted);
        await site.Node.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => importing);
        await site.AddNodeAsync(site.Node.Port);

        await ExportAsync(site, exported);
        var (all, some) = (await File.ReadAllTextAsync(made), await File.ReadAllTextAsync(exported));
        Assert.StartsWith(some, all, StringComparison.Ordinal);
        Assert.InRange(some.Count(character => character == '\n'), 5, Presets - 1);
        await ImportAsync(site, made, "?on_conflict=skip");
        await ExportAsync(site, exported);
        Assert.Equal(all, await File.ReadAllTextAsync(exported));
        folder.Delete(recursive: true);
    }

    /// <summary>How much the memory of a node grows at most while something is done.</summary>
    private static async Task<long> GrowthAsync(Site site, Func<Task> work)
    {
        var before = site.Node.ResidentBytes;
        var most = before;
        var done = work();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!done.IsCompleted && await timer.WaitForNextTickAsync())
            most = Math.Max(most, site.Node.ResidentBytes);
        await done;
        return most - before;
    }

    private static async Task ImportAsync(Site site, string path, string query = "")
    {
        using var request = Request(site, HttpMethod.Post, "import" + query);
        request.Content = new StreamContent(File.OpenRead(path));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await Http.SendAsync(request);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"refused\":0", lines[^1], StringComparison.Ordinal);
        Assert.Equal(Presets + 1, lines.Length);
    }

    private static async Task ExportAsync(Site site, string path)
    {
        using var request = Request(site, HttpMethod.Get, "export");
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var file = File.Create(path);
        await response.Content.CopyToAsync(file);
    }

    private static HttpRequestMessage Request(Site site, HttpMethod method, string route)
    {
        var request = new HttpRequestMessage(method, $"http://127.0.0.1:{site.Node.Port}/api/v1/{route}");
        request.Headers.Add("x-api-key", site.Key);
        return request;
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }

    /// <summary>Writes an export of presets with a hundred versions each, of about two kilobytes.</summary>
    private static async Task WriteAsync(string path)
    {
        const int Versions = 100;
        const string Time = "2026-04-20T10:00:00.000000Z";
        var text = new string('x', 1000);
        await using var file = new StreamWriter(path) { NewLine = "\n" };
        for (var i = 0; i < Presets; i++)
        {
            var versions = Enumerable.Range(1, Versions).Select(number =>
                $$"""
                {"version":{{number}},"id":"{{Guid.NewGuid()}}","revision":{{number}},"creator_id":"user_1",
                "created_at":"{{Time}}","body":"chat_completions",
                "config":"{\"model\":\"m{{number}}\",\"tools\":[{\"name\":\"{{text}}\"}]}","system_prompt":"{{text}}",
                "key_hash":null,"message":null,"request_id":null,"designates":true,"effects":null}
                """);
            var preset =
                $$"""
                {"slug":"p{{i:D4}}","part":1,"id":"{{Guid.NewGuid()}}","name":"p","description":null,"status":"active",
                "status_updated_at":null,"creator_user_id":"user_1","created_at":"{{Time}}","updated_at":"{{Time}}",
                "latest_version":{{Versions}},"designated_version":{{Versions}},"revision":{{Versions}},"labels":[],
                "locked":[],"versions":[{{string.Join(',', versions)}}],"history":[],"last":true}
                """;
            await file.WriteLineAsync(preset.ReplaceLineEndings(""));
        }
    }
}
