using System.Diagnostics;
using Presets.Testing;
using Xunit.Abstractions;

namespace Presets.Storage.Tests;

/// <summary>The removal of the rows that a purged preset leaves.</summary>
public sealed class PurgeTests(ITestOutputHelper output)
{
    private static readonly int Versions = IsSoak ? 1_000_000 : 30_000;

    private static bool IsSoak => Environment.GetEnvironmentVariable("PRESETS_SOAK") == "1";

    [Theory, Sqlite, Postgres]
    public async Task It_goes_on_where_it_was_cut_off_and_holds_nobody_up(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        var (purged, kept) = (test.NewName(), test.NewName());
        await test.AppendNewAsync(kept);
        await AddVersionsAsync(test, engine, purged);
        await AddUsageAsync(test, purged, kept);
        await test.CommitOneAsync(purged, new Edit(Guid.CreateVersion7(), "user_1") { Status = PresetStatus.Archived });
        Assert.IsType<Outcome.Done>(await test.CommitOneAsync(purged, new Purge(Guid.CreateVersion7(), "user_1")));
        Assert.Null(await test.Store.FindAsync(purged, CancellationToken.None));

        using var cut = new CancellationTokenSource();
        var first = test.Store.FinishPurgesAsync(cut.Token);
        while (await CountAsync(test) > Versions - 2 * PurgedRows.Together && !first.IsCompleted)
            await Task.Yield();
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.InRange(await CountAsync(test), 2, Versions);

        var rest = test.Store.FinishPurgesAsync(CancellationToken.None);
        var (creates, longest) = (0, TimeSpan.Zero);
        while (!rest.IsCompleted)
        {
            var watch = Stopwatch.StartNew();
            await test.AppendNewAsync(kept);
            creates++;
            longest = watch.Elapsed > longest ? watch.Elapsed : longest;
        }

        Assert.Equal(1, await rest);
        Assert.Equal(1 + creates, await CountAsync(test));
        Assert.Equal(UsageRows.Together + 1, await test.CountAsync("select count(*) from preset_usage"));
        output.WriteLine($"{engine}: {creates} creates meanwhile, the longest {longest.TotalMilliseconds:0} ms");
        if (IsSoak)
            Assert.True(longest < TimeSpan.FromSeconds(1), $"a create took {longest}");
    }

    private static Task<long> CountAsync(TestDatabase test) => test.CountAsync("select count(*) from preset_versions");

    private static async Task AddUsageAsync(TestDatabase test, params PresetName[] names)
    {
        var tallies = new Dictionary<UsageKey, UsageTally>();
        foreach (var name in names)
        {
            var id = (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.Id;
            for (var version = 0; version <= UsageRows.Together; version++)
                tallies[new(id, new DateOnly(2026, 4, 20), version)] =
                    UsageTally.Of(UsageClass.Success, DateTimeOffset.UnixEpoch);
        }

        await new UsageStore(test.Database).AddAsync(new UsageBatch(1, tallies), DateTimeOffset.UnixEpoch);
    }

    private static async Task AddVersionsAsync(TestDatabase test, Engine engine, PresetName name)
    {
        await test.AppendNewAsync(name);
        var id = (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.Id;
        // In parts, since a statement has seconds.
        for (var first = 2; first <= Versions; first += 50_000)
        {
            var last = Math.Min(first + 49_999, Versions);
            var numbers = engine == Engine.Postgres
                ? $"select n, gen_random_uuid() as id from generate_series({first}, {last}) as n"
                : $"""
                  select n, randomblob(16) as id
                  from (
                      with recursive s(n) as (select {first} union all select n + 1 from s where n < {last})
                      select n from s)
                  """;
            await test.ExecuteAsync(
                $"""
                insert into preset_versions (preset_id, version, id, revision, creator_id, created_at, config)
                select v.preset_id, s.n, s.id, s.n, v.creator_id, v.created_at, v.config
                from preset_versions v cross join ({numbers}) as s
                where v.preset_id = @id and v.version = 1
                """,
                ("id", id));
        }

        await test.ExecuteAsync(
            "update presets set latest_version = @versions, revision = @versions where id = @id",
            ("versions", Versions),
            ("id", id));
    }
}
