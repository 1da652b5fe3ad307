using System.Diagnostics;
using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>Presets that somebody else's open transaction holds: they delay nobody but their own changes.</summary>
public sealed class HeldPresetTests
{
    private const string Lock =
        "select from presets where workspace_id = @workspace_id and slug = any(@slugs) for update";

    private const string Insert =
        """
        insert into presets (
            id, workspace_id, slug, name, status, creator_user_id, created_at, updated_at,
            latest_version, designated_version, designated_version_id, revision)
        select gen_random_uuid(), @workspace_id, slug, slug, 'active', 'x', now(), now(), 0, 0, gen_random_uuid(), 0
        from unnest(@slugs) as slug
        """;

    [Theory]
    [Postgres(4, true)]
    [Postgres(12, true)]
    [Postgres(100, true)]
    [Postgres(4, false)]
    [Postgres(12, false)]
    [Postgres(100, false)]
    public async Task The_others_get_no_error_and_none_waits_two_seconds(Engine engine, int count, bool areThere)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var held = Enumerable.Range(0, count).Select(_ => test.NewName("held")).ToArray();
        var known = Enumerable.Range(0, 50).Select(_ => test.NewName("known")).ToArray();
        foreach (var name in areThere ? [.. held, .. known] : known)
            await test.AppendNewAsync(name);
        await using var outsider = await HoldAsync(test, areThere ? Lock : Insert, held);

        var refused = held.Select(async name =>
            await Assert.ThrowsAsync<StoreException>(() => test.CommitOneAsync(name, Appends.New()))).ToArray();
        var slowest = TimeSpan.Zero;
        var done = 0;
        var all = Task.WhenAll(refused);
        do
        {
            var round = Enumerable.Range(0, 20).Select(async i =>
            {
                var watch = Stopwatch.StartNew();
                var name = i % 2 == 0 ? known[(done + i) % known.Length] : test.NewName("new");
                var append = Appends.New(key: i % 4 < 2 ? Guid.NewGuid().ToString() : null);
                var outcome = await test.CommitOneAsync(name, append);
                Assert.IsType<Outcome.Done>(outcome);
                return watch.Elapsed;
            });
            slowest = (await Task.WhenAll(round)).Append(slowest).Max();
            done += 20;
        }
        while (!all.IsCompleted);

        Assert.All(await all, failure => Assert.Equal(StoreFailure.NotStored, failure.Kind));
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await outsider.DisposeAsync();
        foreach (var name in held)
            Assert.Equal(areThere ? 2 : 1, await test.AppendNewAsync(name));
    }

    [Theory]
    [Postgres(true)]
    [Postgres(false)]
    public async Task A_change_waits_for_its_preset_as_long_as_its_time_allows(Engine engine, bool isThere)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        if (isThere)
            await test.AppendNewAsync(name);
        await using var outsider = await HoldAsync(test, isThere ? Lock : Insert, [name]);

        var append = test.AppendNewAsync(name);
        await test.WaitForLockAsync(outsider.ProcessID);
        // The group and the first lane have given up by now; the second one waits.
        await Task.WhenAny(append, Task.Delay(3 * TimeBudget.SharedLock));
        Assert.False(append.IsCompleted);
        await outsider.DisposeAsync();

        Assert.Equal(isThere ? 2 : 1, await append);
    }

    [PostgresFact]
    public async Task A_transaction_of_ours_that_is_left_open_ends_by_itself()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        var database = (PostgresDatabase)test.Database;
        foreach (var source in new[] { database.GroupSource, database.WaitingSource })
        {
            await using var hung = await source.OpenConnectionAsync();
            await using var transaction = await hung.BeginTransactionAsync();
            await using (var hold = new NpgsqlCommand("select from presets where slug = $1 for update", hung)
            {
                Parameters = { new() { Value = name.Slug } },
            })
                await hold.ExecuteNonQueryAsync();

            Assert.IsType<Outcome.Done>(await test.CommitOneAsync(name, Appends.New()));

            await using var more = new NpgsqlCommand("select 1", hung);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => more.ExecuteScalarAsync());
        }
    }

    private static async Task<NpgsqlConnection> HoldAsync(TestDatabase test, string sql, PresetName[] names)
    {
        var connection = new NpgsqlConnection(test.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand("begin; " + sql, connection);
        hold.Parameters.AddWithValue("workspace_id", test.WorkspaceId);
        hold.Parameters.AddWithValue("slugs", names.Select(name => name.Slug).ToArray());
        await hold.ExecuteNonQueryAsync();
        return connection;
    }
}
