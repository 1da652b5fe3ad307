using System.Collections.Concurrent;
using System.Text.Json;
using Presets.Withstand.Tests;

namespace Presets.Silo.Tests;

/// <summary>A write, which can be sent again; its mark is its message and its idempotency key.</summary>
/// <param name="IfMatch">The tag of its precondition; null when it has none.</param>
/// <param name="AlwaysChanges">Whether it makes a revision whenever it is accepted.</param>
internal sealed record Write(
    string Mark, HttpMethod Method, string Path, string? Json, string? IfMatch, bool AlwaysChanges)
{
    private static int last;

    public bool IsCreate => Path.Contains("/chat/", StringComparison.Ordinal);

    /// <summary>Any write on the preset.</summary>
    /// <param name="seen">The tag that the writer has seen last.</param>
    public static Write Any(string slug, string? seen, int latest)
    {
        var mark = $"write-{Interlocked.Increment(ref last)}";
        var path = $"api/v1/presets/{slug}";
        var version = Random.Shared.Next(latest) + 1;
        var label = $"label-{Random.Shared.Next(4)}";
        var ifMatch = Random.Shared.Next(3) == 0 ? seen : null;
        return Random.Shared.Next(10) switch
        {
            < 3 => new(mark, HttpMethod.Post, $"{path}/chat/completions", BodyOf(slug), ifMatch, true),
            3 => new(
                mark, HttpMethod.Post, $"{path}/chat/completions?designate=false&label={label}", BodyOf(slug), ifMatch,
                true),
            4 => new(mark, HttpMethod.Patch, path, $$"""{"designated_version":{{version}}}""", ifMatch, false),
            5 => new(mark, HttpMethod.Put, $"{path}/labels/{label}", $$"""{"version":{{version}}}""", ifMatch, false),
            6 => new(mark, HttpMethod.Delete, $"{path}/labels/{label}", null, ifMatch, true),
            7 => new(mark, HttpMethod.Delete, path, null, ifMatch, false),
            8 => new(mark, HttpMethod.Post, $"{path}/restore", null, ifMatch, false),
            _ => new(mark, HttpMethod.Patch, path, $$"""{"description":"{{mark}}","status":"active"}""", ifMatch, true),
        };
    }

    public Task<Answer> SendAsync(ApiClient client)
    {
        var headers = new List<(string, string)> { ("X-Version-Message", Mark), ("Idempotency-Key", Mark) };
        if (IfMatch is not null)
            headers.Add(("If-Match", IfMatch));
        return client.RequestAsync(Method, Path, Json, [.. headers]);
    }

    private static string BodyOf(string slug) => Create.New(slug).Body;
}

/// <summary>Writers of every kind on one preset, at all nodes of a cluster.</summary>
internal sealed class ChangeLoad(ClusterSite site, string slug)
{
    private readonly ConcurrentQueue<(Write Write, Answer Answer)> done = new();

    public IReadOnlyCollection<(Write Write, Answer Answer)> Done => done;

    /// <summary>Makes the preset, and then writes until <paramref name="ends"/> says so.</summary>
    public async Task RunAsync(int writers, Func<bool> ends)
    {
        var first = (await site.ClientOf(0).CreateAsync(Create.New(slug))).Stored();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
        {
            var (tag, latest) = (first.Tag, 1);
            while (!ends())
            {
                var write = Write.Any(slug, tag, latest);
                var answer = await write.SendAsync(site.ClientOf(writer % site.Count));
                done.Enqueue((write, answer));
                tag = answer.Tag ?? tag;
                if (answer.Status == 200 && answer.Text.Contains("designated_version", StringComparison.Ordinal))
                    latest = Math.Max(latest, answer.Number);
                // A node that is gone refuses at once.
                if (answer.Status == 0)
                    await Task.Delay(50);
            }
        }));
    }

    /// <summary>
    /// What the history tells from its first record on is the state of the preset, and has each accepted write once.
    /// </summary>
    /// <param name="isUndisturbed">
    /// Whether no node had to ask for what became of a write: then it answers the preset as it is, not as it was.
    /// </param>
    /// <returns>The revision of each write's record, by its mark.</returns>
    public async Task<Dictionary<string, long>> AssertSoundAsync(int node, bool isUndisturbed)
    {
        var client = site.ClientOf(node);
        var records = await HistoryAsync(client);
        var replay = new HistoryReplay();
        foreach (var record in records)
            replay.Apply(record.GetProperty("revision").GetInt64(), record.GetProperty("changes"));

        var answer = (await client.GetAsync($"api/v1/presets/{slug}?status=all")).Stored();
        var preset = answer.Json.GetProperty("data");
        Assert.Equal(replay.Revision, answer.Revision);
        Assert.Equal(replay.Status, preset.GetProperty("status").GetString());
        Assert.Equal(replay.DesignatedVersion, answer.Number);
        Assert.Equal(
            replay.Labels.Select(label => (label.Key, label.Value.Version)),
            preset.GetProperty("labels").EnumerateObject()
                .Select(label => (label.Name, label.Value.GetInt32()))
                .OrderBy(label => label.Name, StringComparer.Ordinal));
        Assert.Equal(
            replay.Edited.GetValueOrDefault("description") ?? "null", preset.GetProperty("description").GetRawText());
        var versions = await client.GetAsync($"api/v1/presets/{slug}/versions?limit=1&status=all");
        Assert.Equal(replay.LatestVersion, versions.Stored().Json.GetProperty("total_count").GetInt32());

        // The dictionary refuses a write that is recorded twice.
        var revisions = records.Where(record => record.GetProperty("message").ValueKind == JsonValueKind.String)
            .ToDictionary(
                record => record.GetProperty("message").GetString()!,
                record => record.GetProperty("revision").GetInt64());
        foreach (var (write, sent) in done)
            AssertRecorded(write, sent, revisions, isUndisturbed);
        return revisions;
    }

    private static void AssertRecorded(
        Write write, Answer answer, Dictionary<string, long> revisions, bool isUndisturbed)
    {
        var isRecorded = revisions.TryGetValue(write.Mark, out var revision);
        var isAccepted = answer.Status is 200 or 204;
        if (isAccepted && write.AlwaysChanges)
            Assert.True(isRecorded, $"{write} was answered {answer.Status} and is not in the history");
        if (answer.Status is >= 400 and < 500)
            Assert.False(isRecorded, $"{write} was answered {answer.Text} and is in the history");
        if (!isRecorded || !isAccepted)
            return;
        if (!answer.Replayed && answer.Tag is not null)
            Assert.InRange(
                answer.Revision,
                revision,
                isUndisturbed || write.IsCreate ? revision : long.MaxValue);
        // Its tag was that of the state which it changed.
        if (write.IfMatch is not null)
            Assert.EndsWith($".{revision - 1}\"", write.IfMatch, StringComparison.Ordinal);
    }

    private async Task<List<JsonElement>> HistoryAsync(ApiClient client)
    {
        var records = new List<JsonElement>();
        while (true)
        {
            var page = (await client.GetAsync(
                $"api/v1/presets/{slug}/history?offset={records.Count}&limit=100&status=all")).Stored().Json;
            records.AddRange(page.GetProperty("data").EnumerateArray());
            if (records.Count < page.GetProperty("total_count").GetInt32())
                continue;
            records.Reverse();
            return records;
        }
    }
}
