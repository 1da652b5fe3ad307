using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Presets.Storage;

namespace Presets.Api.Tests;

/// <summary>What the API tells of the use of a preset.</summary>
[Collection(OneNodeTests.Name)]
public sealed class UsageTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task It_has_what_is_stored_and_what_this_node_has_counted_beyond_it(Engine engine)
    {
        var node = (OneNode)await hosts.OnAsync(engine);
        var (name, id) = await CreateAsync(node);
        var counts = node.Services.GetRequiredService<UsageCounts>();

        foreach (var total in (int[])[5, 10, 15])
        {
            foreach (var outcome in Enum.GetValues<UsageClass>())
                counts.Add(name, id, 1, outcome);
            Assert.Equal(total, await RequestsAsync(node, name.Slug));
            await UpkeepOf(node).FlushAsync();
            Assert.Equal(total, await RequestsAsync(node, name.Slug));
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task It_tells_day_version_class_and_first_and_last_use(Engine engine)
    {
        var node = (OneNode)await hosts.OnAsync(engine);
        var (name, id) = await CreateAsync(node);
        var now = Timestamp.Now(TimeProvider.System);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var tally = new UsageTally(6, 1, 2, 3, 4, now.AddMinutes(-1), now);
        await new UsageStore(node.Services.GetRequiredService<Database>()).AddAsync(
            new UsageBatch(1, new Dictionary<UsageKey, UsageTally>
            {
                [new(id, today, 2)] = tally,
                [new(id, today, 1)] = tally,
                [new(id, today.AddDays(-29), 1)] = tally,
                [new(id, today.AddDays(-30), 1)] = tally with { FirstUsedAt = now.AddDays(-30) },
            }),
            now);

        var data = (await node.Client.GetAsync($"/presets/{name.Slug}/usage")).Expect(200).Data;

        Assert.Equal(now.AddDays(-30), data.GetProperty("first_used_at").GetDateTimeOffset());
        Assert.Equal(now, data.GetProperty("last_used_at").GetDateTimeOffset());
        Assert.Equal(Text(today.AddDays(-29)), data.GetProperty("since").GetString());
        Assert.False(data.GetProperty("truncated").GetBoolean());
        Assert.Equal(
            [(Text(today), 2), (Text(today), 1), (Text(today.AddDays(-29)), 1)],
            data.GetProperty("entries").EnumerateArray().Select(entry =>
                (entry.GetProperty("day").GetString()!, entry.GetProperty("version").GetInt32())));
        var newest = data.GetProperty("entries")[0];
        Assert.Equal(
            [16, 6, 1, 2, 3, 4],
            new[] { "requests", "success", "redirect", "client_error", "server_error", "cancelled" }
                .Select(member => newest.GetProperty(member).GetInt32()));
        Assert.Equal(now.AddMinutes(-1), newest.GetProperty("first_used_at").GetDateTimeOffset());
        Assert.Equal(now, newest.GetProperty("last_used_at").GetDateTimeOffset());
        Assert.Equal(2, await EntriesAsync("?days=1&workspace_id=" + name.WorkspaceId));
        Assert.Equal(4, await EntriesAsync("?days=31"));

        async Task<int> EntriesAsync(string query) =>
            (await node.Client.GetAsync($"/presets/{name.Slug}/usage{query}")).Expect(200)
                .Data.GetProperty("entries").GetArrayLength();
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_without_use_has_none_and_one_that_is_not_there_is_not_found(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (name, _) = await CreateAsync(host);
        var path = $"/presets/{name.Slug}/usage";
        var today = Text(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));

        Assert.Equal(
            $$$"""
            {"data":{"since":"{{{today}}}","first_used_at":null,"last_used_at":null,"entries":[],"truncated":false}}
            """,
            (await host.Management.GetAsync(path + "?days=1")).Expect(200).Text);
        foreach (var days in (string[])["0", "401", "x", "1.5", "1&days=2"])
            (await host.Client.GetAsync($"{path}?days={days}")).IsError(400, "invalid_parameter", "days");
        (await host.Client.GetAsync($"/presets/{ApiHost.NewSlug()}/usage")).IsError(404, "not_found");
        (await host.Client.DeleteAsync($"/presets/{name.Slug}")).Expect(200);
        (await host.Client.GetAsync(path)).IsError(404, "preset_archived");
        (await host.Client.GetAsync(path + "?status=all&days=400")).Expect(200);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_purge_removes_it_and_a_new_preset_of_the_slug_has_none(Engine engine)
    {
        var node = (OneNode)await hosts.OnAsync(engine);
        var (name, id) = await CreateAsync(node);
        var counts = node.Services.GetRequiredService<UsageCounts>();
        counts.Add(name, id, 1, UsageClass.Success);
        await UpkeepOf(node).FlushAsync();
        counts.Add(name, id, 1, UsageClass.Success);

        (await node.Client.DeleteAsync($"/presets/{name.Slug}")).Expect(200);
        (await node.Management.DeleteAsync($"/presets/{name.Slug}?purge=true")).Expect(200);
        await UpkeepOf(node).FlushAsync();
        await node.Services.GetRequiredService<IPresetStore>().FinishPurgesAsync(CancellationToken.None);
        (await node.Client.CreateAsync(name.Slug)).Expect(200);

        Assert.Equal(0, await RequestsAsync(node, name.Slug));
        var left = await node.Services.GetRequiredService<UsageStore>().ReadAsync(id, default, 1, default);
        Assert.Empty(left.Tallies);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_node_that_stops_hands_over_what_it_has_counted(Engine engine)
    {
        var connectionString = await EmptyDatabase.ConnectionStringAsync(engine);
        Guid id;
        await using (var node = await OneNode.StartAsync(engine, connectionString))
        {
            (var name, id) = await CreateAsync(node);
            node.Services.GetRequiredService<UsageCounts>().Add(name, id, 1, UsageClass.Success);
        }

        await using var database = StorageFactory.CreateDatabase(connectionString, TimeProvider.System);
        await database.StartAsync(alone: true, CancellationToken.None);
        var stored = await new UsageStore(database).ReadAsync(id, default, 10, CancellationToken.None);

        Assert.Equal(1, Assert.Single(stored.Tallies).Tally.Success);
    }

    [Fact]
    public void More_entries_than_an_answer_has_are_cut()
    {
        var day = new DateOnly(2026, 4, 20);
        var tally = UsageTally.Of(UsageClass.Success, DateTimeOffset.UnixEpoch);
        var most = UsageResponse.MostEntries;
        (UsageKey, UsageTally)[] tallies =
            [.. Enumerable.Range(1, most + 1).Select(version => (new UsageKey(Guid.Empty, day, version), tally))];

        var full = UsageResponse.Of(day, new StoredUsage(1, null, null, tallies[..most]), []);
        var cut = UsageResponse.Of(day, new StoredUsage(1, null, null, tallies), []);

        Assert.Equal((most, false), (full.Entries.Count, full.Truncated));
        Assert.Equal((most, true, most + 1), (cut.Entries.Count, cut.Truncated, cut.Entries[0].Version));
    }

    private static UsageUpkeep UpkeepOf(OneNode node) =>
        node.Services.GetServices<IHostedService>().OfType<UsageUpkeep>().Single();

    private static async Task<(PresetName Name, Guid Id)> CreateAsync(ApiHost host)
    {
        var slug = ApiHost.NewSlug();
        var preset = (await host.Client.CreateAsync(slug)).Expect(200).Data;
        return (new PresetName(preset.GetProperty("workspace_id").GetGuid(), slug), preset.GetProperty("id").GetGuid());
    }

    private static async Task<long> RequestsAsync(ApiHost host, string slug) =>
        (await host.Client.GetAsync($"/presets/{slug}/usage")).Expect(200).Data.GetProperty("entries").EnumerateArray()
            .Sum(entry => entry.GetProperty("requests").GetInt64());

    private static string Text(DateOnly day) =>
        day.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
