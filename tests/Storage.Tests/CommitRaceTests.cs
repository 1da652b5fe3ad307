using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class CommitRaceTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_thousand_racing_creates_leave_no_gap(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();

        var numbers = await RaceAsync(1000, _ => test.AppendNewAsync(name));

        Assert.Equal(Enumerable.Range(1, 1000), numbers.Order());
        await AssertNoGapsAsync(test, presets: 1, versions: 1000);
    }

    [Theory, Sqlite, Postgres]
    public async Task Racing_creates_on_many_slugs_leave_no_gap(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var names = Enumerable.Range(0, 500).Select(_ => test.NewName()).ToArray();

        var numbers = await RaceAsync(2000, i => test.AppendNewAsync(names[i % names.Length]));

        var numbersByName = numbers.Select((number, i) => (number, i))
            .GroupBy(each => each.i % names.Length, each => each.number);
        foreach (var ofOneName in numbersByName)
            Assert.Equal([1, 2, 3, 4], ofOneName.Order());
        await AssertNoGapsAsync(test, names.Length, 2000);
    }

    [Theory, Postgres]
    public async Task Two_nodes_racing_on_one_slug_leave_no_gap(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var stores = new[] { test.Store, await test.OpenStoreAsync() };
        var name = test.NewName();

        var numbers = await RaceAsync(1000, i => stores[i % 2].AppendNewAsync(name));

        Assert.Equal(Enumerable.Range(1, 1000), numbers.Order());
        await AssertNoGapsAsync(test, presets: 1, versions: 1000);
    }

    [Theory, Postgres]
    public async Task Two_nodes_racing_on_a_thousand_new_slugs_leave_no_gap(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        var stores = new[] { test.Store, await test.OpenStoreAsync() };
        var names = Enumerable.Range(0, 1000).Select(_ => test.NewName()).ToArray();
        // Each node takes the slugs in an order of its own: what would deadlock if the inserts were not sorted.
        var random = new Random(42);
        var orders = stores
            .Select(_ => Enumerable.Range(0, 5000).Select(i => i % names.Length).OrderBy(_ => random.Next()).ToArray())
            .ToArray();

        var numbers = await RaceAsync(10_000, i => stores[i % 2].AppendNewAsync(names[orders[i % 2][i / 2]]));

        var numbersByName = numbers.Select((number, i) => (number, i))
            .GroupBy(each => orders[each.i % 2][each.i / 2], each => each.number);
        foreach (var ofOneName in numbersByName)
            Assert.Equal(Enumerable.Range(1, 10), ofOneName.Order());
        await AssertNoGapsAsync(test, names.Length, 10_000);
        Assert.Equal(0, await test.CountDeadlocksAsync());
    }

    [Theory]
    [Postgres("select 1 from presets where workspace_id = $1 and slug = $2 for update")]
    [Postgres("update presets set revision = revision + 1 where workspace_id = $1 and slug = $2")]
    public async Task A_locked_preset_stalls_no_other(Engine engine, string @lock)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var locked = test.NewName();
        var others = Enumerable.Range(0, 200).Select(_ => test.NewName()).ToArray();
        foreach (var name in others[..100].Append(locked))
            await test.AppendNewAsync(name);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(@lock, connection)
        {
            Parameters = { new() { Value = locked.WorkspaceId }, new() { Value = locked.Slug } },
        })
            await command.ExecuteNonQueryAsync();

        var stalled = test.AppendNewAsync(locked);
        await test.WaitForLockAsync(connection.ProcessID);
        await Task.WhenAll(others.Select(test.AppendNewAsync));

        Assert.False(stalled.IsCompleted);
        await transaction.RollbackAsync();
        Assert.Equal(2, await stalled);
    }

    [Theory, Postgres]
    public async Task New_presets_are_inserted_in_one_order_whatever_order_they_came_in(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, patient: true);
        var (first, second) = (test.NewName("a"), test.NewName("b"));
        await using var other = new NpgsqlConnection(test.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await test.InsertPresetAsync(other, first);
        var release = await test.StallAppendsAsync();

        var appends = new[] { test.AppendNewAsync(second), test.AppendNewAsync(first) };
        await release();
        // They leave together, and wait for the first slug.
        await test.WaitForLockAsync(other.ProcessID);
        await using (var patience = new NpgsqlCommand("set local lock_timeout = '500ms'", other))
            await patience.ExecuteNonQueryAsync();

        // So they do not hold the second one yet: this would be the circle of a deadlock.
        await test.InsertPresetAsync(other, second);
        await transaction.RollbackAsync();
        var numbers = await Task.WhenAll(appends);
        Assert.Equal([1, 1], numbers);
    }

    [Theory, Postgres]
    public async Task Changes_behind_a_statement_that_hangs_are_answered_within_ten_seconds(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        var names = Enumerable.Range(0, 400).Select(_ => test.NewName()).ToArray();
        await test.AppendNewAsync(names[0]);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("lock table presets in access exclusive mode", connection))
            await command.ExecuteNonQueryAsync();

        var appends = names
            .Select((name, i) => test.CommitOneAsync(name, Appends.New(key: i % 2 == 0 ? null : $"key-{i}")))
            .ToArray();
        var all = Task.WhenAll(appends);
        await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(10)));

        Assert.True(all.IsCompleted, $"{appends.Count(append => !append.IsCompleted)} of {appends.Length} still wait");
        foreach (var append in appends)
            await Assert.ThrowsAsync<StoreException>(() => append);
        await transaction.RollbackAsync();
        Assert.Equal(2, await test.AppendNewAsync(names[0]));
    }

    /// <summary>Appends that many, always a good hundred of them at once.</summary>
    private static async Task<int[]> RaceAsync(int appends, Func<int, Task<int>> append)
    {
        var numbers = new int[appends];
        await Parallel.ForAsync(
            0,
            appends,
            new ParallelOptions { MaxDegreeOfParallelism = 128 },
            async (i, _) => numbers[i] = await append(i));
        return numbers;
    }

    /// <summary>
    /// Every preset's versions are 1, 2, 3 ... to the number that its row says; the primary key rules out doubles.
    /// </summary>
    private static async Task AssertNoGapsAsync(TestDatabase test, int presets, int versions)
    {
        Assert.Equal(
            presets,
            await test.CountAsync("select count(*) from presets where workspace_id = @id", ("id", test.WorkspaceId)));
        Assert.Equal(
            versions,
            await test.CountAsync(
                """
                select count(*)
                from preset_versions v join presets p on p.id = v.preset_id
                where p.workspace_id = @id
                """,
                ("id", test.WorkspaceId)));
        Assert.Equal(
            0,
            await test.CountAsync(
                """
                select count(*)
                from presets p
                where p.workspace_id = @id
                    and (p.latest_version, p.latest_version, 1, p.revision) <>
                        (
                            select count(*), max(v.version), min(v.version), count(*)
                            from preset_versions v
                            where v.preset_id = p.id)
                """,
                ("id", test.WorkspaceId)));
        Assert.Equal(
            0,
            await test.CountAsync(
                """
                select count(*)
                from presets p
                where p.workspace_id = @id
                    and not exists (
                        select 1
                        from preset_versions v
                        where v.preset_id = p.id and v.version = p.latest_version
                            and v.version = p.designated_version and v.id = p.designated_version_id)
                """,
                ("id", test.WorkspaceId)));
    }
}
