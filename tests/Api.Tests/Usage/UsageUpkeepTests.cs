using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Presets.Storage;

namespace Presets.Api.Tests;

/// <summary>When a node hands over what it has counted.</summary>
public sealed class UsageUpkeepTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 10, 0, 0, TimeSpan.Zero));
    private readonly UsageMetrics metrics = new();
    private readonly PresetName name = new(Guid.CreateVersion7(), "preset");
    private readonly UsageCounts counts;
    private Database database = null!;
    private Guid preset;
    private UsageStore store = null!;
    private UsageUpkeep upkeep = null!;

    public UsageUpkeepTests() => counts = new UsageCounts(metrics, clock);

    public async Task InitializeAsync()
    {
        database = await EmptyDatabase.StartAsync(Engine.Sqlite, TimeProvider.System);
        await database.WriteAsync(
            connection => connection.ExecuteAsync(
                "insert into workspaces (id, slug, name, is_default, created_at) values ($1, 'w', 'w', 0, 0)",
                name.WorkspaceId),
            CancellationToken.None);
        var presets = StorageFactory.CreatePresetStore(database, TimeProvider.System);
        var append = new Append(Guid.CreateVersion7(), "user_1", BodyKind.Responses, "{}"u8.ToArray(), null);
        await presets.CommitAsync(new CommitRequest(name, null, [append], TimeProvider.System.GetTimestamp()));
        preset = (await presets.FindAsync(name, CancellationToken.None))!.Preset.Id;
        store = new UsageStore(database);
        upkeep = new UsageUpkeep(
            counts, store, new PresetsOptions { UsageDays = 3 }, clock, NullLogger<UsageUpkeep>.Instance);
    }

    public async Task DisposeAsync()
    {
        upkeep.Dispose();
        metrics.Dispose();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task It_hands_over_every_few_seconds_and_when_it_stops()
    {
        await upkeep.StartAsync(CancellationToken.None);

        counts.Add(name, preset, 1, UsageClass.Success);
        while ((await ReadAsync()).Sequence == 0)
            clock.Advance(TimeSpan.FromSeconds(1));
        counts.Add(name, preset, 1, UsageClass.Success);
        await upkeep.StopAsync(CancellationToken.None);

        Assert.Equal(2, (await ReadAsync()).Tallies.Sum(each => each.Tally.Requests));
    }

    [Fact]
    public async Task It_hands_over_early_when_memory_is_filling()
    {
        await upkeep.StartAsync(CancellationToken.None);

        for (var version = 1; version <= UsageCounts.CrowdedTallies; version++)
            counts.Add(name, preset, version, UsageClass.Success);
        while ((await ReadAsync()).Sequence == 0)
            await Task.Yield();

        await upkeep.StopAsync(CancellationToken.None);
        Assert.Equal(UsageCounts.CrowdedTallies, (await ReadAsync()).Tallies.Count);
    }

    [Fact]
    public async Task It_keeps_a_batch_while_the_database_refuses_it_and_stores_both_afterwards()
    {
        await ExecuteAsync("alter table usage_handovers rename to elsewhere");
        counts.Add(name, preset, 1, UsageClass.Success);
        await upkeep.FlushAsync();
        counts.Add(name, preset, 1, UsageClass.Success);
        await upkeep.FlushAsync();
        await ExecuteAsync("alter table elsewhere rename to usage_handovers");
        Assert.Empty((await ReadAsync()).Tallies);

        await upkeep.StartAsync(CancellationToken.None);
        await upkeep.StopAsync(CancellationToken.None);

        var stored = await ReadAsync();
        Assert.Equal((2, 2), (stored.Sequence, stored.Tallies.Sum(each => each.Tally.Requests)));
    }

    [Fact]
    public async Task It_removes_days_that_are_older_than_is_kept_once_a_day()
    {
        for (var day = 1; day <= 5; day++)
        {
            counts.Add(name, preset, day, UsageClass.Success);
            await upkeep.FlushAsync();
            Assert.Equal(Math.Min(day, 3), (await ReadAsync()).Tallies.Count);
            clock.Advance(TimeSpan.FromDays(1));
        }
    }

    private Task<StoredUsage> ReadAsync() => store.ReadAsync(preset, default, 10_000, CancellationToken.None);

    private Task ExecuteAsync(string sql) =>
        database.WriteAsync(connection => connection.ExecuteAsync(sql), CancellationToken.None);
}
