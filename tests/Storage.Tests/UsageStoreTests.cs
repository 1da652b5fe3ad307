using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>What nodes hand over of the use of presets.</summary>
public sealed class UsageStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 4, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = DateOnly.FromDateTime(Now.UtcDateTime);

    [Theory, Sqlite, Postgres]
    public async Task Batches_add_up_and_the_newest_are_read_first(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var store = new UsageStore(test.Database);
        var (preset, other) = (await AddPresetAsync(test), await AddPresetAsync(test));
        var tally = new UsageTally(1, 2, 3, 4, 5, Now.AddMicroseconds(1), Now.AddHours(1));
        var earlier = new UsageTally(10, 0, 0, 0, 0, Now.AddHours(-1), Now);

        Assert.Equal(new StoredUsage(0, null, null, []), await ReadAsync(store, preset) with { Tallies = [] });
        await store.AddAsync(Batch(1, (Key(preset), tally), (Key(other), tally), (Key(preset, -1), tally)), Now);
        await store.AddAsync(Batch(2, (Key(preset), earlier), (Key(preset, version: 2), earlier)), Now);

        var all = await ReadAsync(store, preset);
        Assert.Equal((2, Now.AddHours(-1), Now.AddHours(1)), (all.Sequence, all.FirstUsedAt, all.LastUsedAt));
        Assert.Equal(
            [
                (Key(preset, version: 2), earlier),
                (Key(preset), new UsageTally(11, 2, 3, 4, 5, Now.AddHours(-1), Now.AddHours(1))),
                (Key(preset, -1), tally),
            ],
            all.Tallies);
        Assert.Equal(all.Tallies.Take(2), (await ReadAsync(store, preset, since: Today)).Tallies);
        Assert.Equal(all.Tallies.Take(1), (await ReadAsync(store, preset, most: 1)).Tallies);
        var later = await ReadAsync(store, preset, since: Today.AddDays(1));
        Assert.Equal((2, Now.AddHours(-1), 0), (later.Sequence, later.FirstUsedAt, later.Tallies.Count));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_batch_that_is_handed_over_again_is_not_added_twice(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (store, preset) = (new UsageStore(test.Database), await AddPresetAsync(test));
        var batch = Batch(1, (Key(preset), One));

        await store.AddAsync(batch, Now);
        await store.AddAsync(batch, Now);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.AddAsync(batch with { Sequence = 2 }, Now)));

        Assert.Equal(2, await CountAsync(store, preset));
    }

    [PostgresFact]
    public async Task A_batch_is_not_added_while_an_earlier_attempt_is_still_running()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres);
        var (store, preset) = (new UsageStore(test.Database), await AddPresetAsync(test));
        await store.AddAsync(Batch(1, (Key(preset), One)), Now);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand(
            "select 1 from preset_usage where preset_id = $1 for update", connection)
        {
            Parameters = { new() { Value = preset } },
        })
            await hold.ExecuteNonQueryAsync();

        var first = store.AddAsync(Batch(2, (Key(preset), One)), Now);
        await test.WaitForLockAsync(connection.ProcessID);
        var again = store.AddAsync(Batch(2, (Key(preset), One)), Now);
        await transaction.RollbackAsync();
        await Task.WhenAll(first, again);

        Assert.Equal(2, await CountAsync(store, preset));
    }

    [PostgresFact]
    public async Task A_batch_whose_outcome_is_in_doubt_is_added_once()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var (store, preset) = (new UsageStore(test.Database), await AddPresetAsync(test));
        await store.AddAsync(Batch(1, (Key(preset), One)), Now);
        await test.ExecuteAsync(
            """
            create function die() returns trigger language plpgsql as $$
            begin
                perform pg_terminate_backend(pg_backend_pid());
                perform pg_sleep(10);
                return null;
            end $$;
            create constraint trigger die after update on usage_handovers
                deferrable initially deferred for each row execute function die()
            """);

        var failure = await Assert.ThrowsAsync<StoreException>(
            () => store.AddAsync(Batch(2, (Key(preset), One)), Now));
        await test.ExecuteAsync("drop trigger die on usage_handovers");
        await store.AddAsync(Batch(2, (Key(preset), One)), Now);
        await store.AddAsync(Batch(2, (Key(preset), One)), Now);

        Assert.Equal(StoreFailure.InDoubt, failure.Kind);
        Assert.Equal(2, await CountAsync(store, preset));
    }

    [Theory, Sqlite, Postgres]
    public async Task What_was_handed_over_outlives_its_process_and_another_goes_on(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var preset = await AddPresetAsync(test);
        await new UsageStore(test.Database).AddAsync(Batch(1, (Key(preset), One)), Now);

        var next = new UsageStore(test.Database);
        await next.AddAsync(Batch(1, (Key(preset), One)), Now);

        Assert.Equal(2, await CountAsync(next, preset));
    }

    [Theory, Sqlite, Postgres]
    public async Task Two_nodes_with_the_same_presets_add_up_and_do_not_deadlock(Engine engine)
    {
        const int Batches = 50;
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        var presets = new List<Guid>();
        for (var i = 0; i < 40; i++)
            presets.Add(await AddPresetAsync(test));
        // Each in an order of its own: what would deadlock if the rows were not sorted.
        var random = new Random(42);

        await Task.WhenAll(
            (await Task.WhenAll(NodeAsync(), NodeAsync())).Select(node => Task.Run(async () =>
            {
                for (var i = 1; i <= Batches; i++)
                {
                    var order = node.Presets.OrderBy(_ => node.Random.Next());
                    await node.Store.AddAsync(Batch(i, [.. order.Select(preset => (Key(preset), One))]), Now);
                }
            })));

        foreach (var preset in presets)
            Assert.Equal(2 * Batches, await CountAsync(new UsageStore(test.Database), preset));
        if (engine == Engine.Postgres)
            Assert.Equal(0, await test.CountDeadlocksAsync());

        async Task<(UsageStore Store, List<Guid> Presets, Random Random)> NodeAsync()
        {
            // A file belongs to one process.
            var database = engine == Engine.Postgres ? await test.OpenDatabaseAsync() : test.Database;
            return (new UsageStore(database), presets, new Random(random.Next()));
        }
    }

    [PostgresFact]
    public async Task Ten_thousand_presets_are_added_by_one_statement()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var store = new UsageStore(test.Database);
        var presets = Enumerable.Range(0, 10_000).Select(_ => Guid.CreateVersion7()).ToArray();
        await test.ExecuteAsync(
            """
            insert into presets (
                id, workspace_id, slug, name, status, creator_user_id, created_at, updated_at,
                latest_version, designated_version, designated_version_id, revision)
            select id, @workspace_id, id::text, 'x', 'active', 'x', now(), now(), 1, 1, id, 1 from unnest(@ids) id;
            """,
            ("workspace_id", test.WorkspaceId),
            ("ids", presets));
        await test.ExecuteAsync(
            """
            create table statements (at timestamptz);
            create function note() returns trigger language plpgsql as $$
            begin
                insert into statements (at) values (now());
                return null;
            end $$;
            create trigger note after insert or update on preset_usage for each statement execute function note()
            """);
        var batch = Batch(1, [.. presets.Select(preset => (Key(preset), One))]);

        await store.AddAsync(batch, Now);
        await store.AddAsync(batch with { Sequence = 2 }, Now);

        Assert.Equal(20_000, await test.CountAsync("select sum(success) from preset_usage"));
        // Each fires the triggers of the insert and of the update.
        Assert.Equal(2, await test.CountAsync("select count(distinct at) from statements"));
        Assert.Equal(4, await test.CountAsync("select count(*) from statements"));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_that_was_purged_is_left_out_and_the_others_are_added(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var store = new UsageStore(test.Database);
        var (gone, preset) = (Guid.CreateVersion7(), await AddPresetAsync(test));

        await store.AddAsync(Batch(1, (Key(gone), One), (Key(preset), One)), Now);

        Assert.Equal((0, 1), (await CountAsync(store, gone), await CountAsync(store, preset)));
    }

    [PostgresFact]
    public async Task A_preset_that_is_being_purged_is_waited_for_and_left_out()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres);
        var (store, preset) = (new UsageStore(test.Database), await AddPresetAsync(test));
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var purge = new NpgsqlCommand("delete from presets where id = $1", connection)
        {
            Parameters = { new() { Value = preset } },
        })
            await purge.ExecuteNonQueryAsync();

        var adding = store.AddAsync(Batch(1, (Key(preset), One)), Now);
        await test.WaitForLockAsync(connection.ProcessID);
        await transaction.CommitAsync();
        await adding;

        Assert.Equal(0, await CountAsync(store, preset));
    }

    [Theory, Sqlite, Postgres]
    public async Task Old_days_are_removed_some_at_a_time_and_processes_that_ended_then(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        var (store, ended) = (new UsageStore(test.Database), new UsageStore(test.Database));
        var preset = await AddPresetAsync(test);
        var old = Enumerable.Range(1, UsageRows.Together).Select(version => (Key(preset, -400, version), One));
        await ended.AddAsync(Batch(1, [.. old, (Key(preset, -401), One)]), Now.AddDays(-400));
        await store.AddAsync(Batch(1, (Key(preset), One), (Key(preset, -399), One)), Now);

        Assert.False(await store.RemoveBeforeAsync(Today.AddDays(-399)));
        Assert.Equal(3, (await ReadAsync(store, preset)).Tallies.Count);
        Assert.True(await store.RemoveBeforeAsync(Today.AddDays(-399)));

        Assert.Equal(
            [Key(preset), Key(preset, -399)], (await ReadAsync(store, preset)).Tallies.Select(tally => tally.Key));
        Assert.Equal(1, await test.CountAsync("select count(*) from usage_handovers"));
    }

    private static UsageTally One { get; } = UsageTally.Of(UsageClass.Success, Now);

    private static UsageKey Key(Guid preset, int day = 0, int version = 1) => new(preset, Today.AddDays(day), version);

    private static UsageBatch Batch(long sequence, params (UsageKey Key, UsageTally Tally)[] tallies) =>
        new(sequence, tallies.ToDictionary(each => each.Key, each => each.Tally));

    private static async Task<Guid> AddPresetAsync(TestDatabase test)
    {
        var name = test.NewName();
        await test.AppendNewAsync(name);
        return (await test.Store.FindRevisionAsync(name, CancellationToken.None))!.Value.Id;
    }

    private static Task<StoredUsage> ReadAsync(
        UsageStore store, Guid preset, DateOnly since = default, int most = 10_000) =>
        store.ReadAsync(preset, since, most, CancellationToken.None);

    private static async Task<long> CountAsync(UsageStore store, Guid preset) =>
        (await ReadAsync(store, preset)).Tallies.Sum(each => each.Tally.Requests);
}
