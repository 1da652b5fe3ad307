using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>Lists of presets while these get their places and lose them.</summary>
public sealed class PresetListTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero));

    [Theory, Sqlite, Postgres]
    public async Task A_change_is_in_its_place_at_once_whether_its_preset_was_settled_or_not(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock, own: true);
        var names = await AppendInTurnAsync(test, 6);
        await AppendAgainAsync(test, names[1]);
        await AssertOrderAsync(test, names, 1, 5, 4, 3, 2, 0);

        Assert.Equal(1, await SettleAsync(test, TimeSpan.FromMinutes(1)));
        await AssertOrderAsync(test, names, 1, 5, 4, 3, 2, 0);
        await AppendAgainAsync(test, names[3]);
        await AssertOrderAsync(test, names, 3, 1, 5, 4, 2, 0);
        await AppendAgainAsync(test, names[0]);
        await AppendAgainAsync(test, names[3]);
        await AssertOrderAsync(test, names, 3, 0, 1, 5, 4, 2);

        Assert.Equal(2, await SettleAsync(test, TimeSpan.FromMinutes(1)));
        await AssertOrderAsync(test, names, 3, 0, 1, 5, 4, 2);
        Assert.Equal(0, await SettleAsync(test, TimeSpan.FromMinutes(1)));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_is_settled_soon_where_lists_are_read_and_late_elsewhere(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock, own: true);
        // The first call looks at every workspace.
        await SettleAsync(test, TimeSpan.Zero);
        var names = await AppendInTurnAsync(test, 2);
        await AppendAgainAsync(test, names[0]);

        Assert.Equal(0, await SettleAsync(test, TimeSpan.FromSeconds(20)));
        await TotalAsync(test);
        Assert.Equal(1, await SettleAsync(test, TimeSpan.Zero));
        await AppendAgainAsync(test, names[0]);
        await TotalAsync(test);
        Assert.Equal(0, await SettleAsync(test, TimeSpan.FromSeconds(5)));
        Assert.Equal(0, await SettleAsync(test, TimeSpan.FromMinutes(5)));
        Assert.Equal(1, await SettleAsync(test, TimeSpan.FromMinutes(6)));
    }

    [Theory, Sqlite, Postgres]
    public async Task Settling_is_no_change(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock, own: true);
        var names = await AppendInTurnAsync(test, 600);
        foreach (var name in names)
            await AppendAgainAsync(test, name);
        var before = (await test.Store.FindAsync(names[7], CancellationToken.None))!.Preset;
        await TotalAsync(test);

        Assert.Equal(names.Length, await SettleAsync(test, TimeSpan.FromMinutes(1)));

        Assert.Equal(before, (await test.Store.FindAsync(names[7], CancellationToken.None))!.Preset);
        var known = new CommitRequest(names[7], before, [Appends.New()], clock.GetTimestamp());
        Assert.Equal(3, Assert.Single((await test.Store.CommitAsync(known)).Outcomes).Done().Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task The_total_follows_what_is_made_archived_restored_and_deleted(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock, own: true);
        var other = Guid.CreateVersion7();
        await test.AddWorkspaceAsync(other);
        await test.AppendNewAsync(new PresetName(other, "other"));
        var names = await AppendInTurnAsync(test, 5);
        Assert.Equal(5, await TotalAsync(test));

        await test.SetStatusAsync(names[0], "archived");
        await test.SetStatusAsync(names[1], "archived");
        await test.SetStatusAsync(names[2], "disabled");
        Assert.Equal(3, await TotalAsync(test));
        await SettleAsync(test, TimeSpan.FromMinutes(1));
        await test.SetStatusAsync(names[0], "active");
        Assert.Equal(4, await TotalAsync(test));
        Assert.Equal(
            WorkspaceDeletion.Deleted,
            await new WorkspaceStore(test.Database, clock).DeleteAsync(test.WorkspaceId, CancellationToken.None));
        await SettleAsync(test, TimeSpan.FromMinutes(1));

        Assert.Equal(0, await TotalAsync(test));
        // What is left is the other workspace's.
        Assert.Equal(1, await test.CountAsync("select count(*) from preset_counts"));
        Assert.Equal(1, await test.CountAsync("select sum(presets) from preset_counts"));
    }

    [Theory, Sqlite, Postgres]
    public async Task Nothing_is_lost_doubled_or_miscounted_while_presets_are_changed_and_settled(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, own: true);
        PresetStore[] nodes = engine == Engine.Postgres ? [test.Store, await test.OpenStoreAsync()] : [test.Store];
        using var done = new CancellationTokenSource();
        var settling = nodes.Select(node => Task.Run(async () =>
        {
            var latest = DateTimeOffset.UtcNow.AddHours(1);
            while (!done.IsCancellationRequested)
            {
                var page = await node.ListAsync(test.WorkspaceId, 0, 1000, CancellationToken.None);
                Assert.Equal(page.Items.Count, page.Items.DistinctBy(preset => preset.Id).Count());
                Assert.Equal(page.Items.OrderByDescending(preset => preset.UpdatedAt), page.Items);
                await node.SettleListsAsync(latest, CancellationToken.None);
            }
        })).ToArray();

        var names = Enumerable.Range(0, 60).Select(_ => test.NewName()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 600).Select(i =>
            nodes[i % nodes.Length].AppendNewAsync(names[i * 7 % names.Length])));
        await done.CancelAsync();
        await Task.WhenAll(settling);

        var page = await test.Store.ListAsync(test.WorkspaceId, 0, 100, CancellationToken.None);
        Assert.Equal(names.ToHashSet(), page.Items.Select(preset => preset.FullName).ToHashSet());
        Assert.Equal(names.Length, page.TotalCount);
        Assert.All(page.Items, preset => Assert.Equal((10, 10), (preset.LatestVersion, (int)preset.Revision)));
        Assert.Equal(names.Length, await test.CountAsync("select sum(presets) from preset_counts"));
    }

    [PostgresFact]
    public async Task A_preset_that_somebody_holds_delays_no_settling()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, clock, own: true);
        var names = await AppendInTurnAsync(test, 3);
        foreach (var name in names)
            await AppendAgainAsync(test, name);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        await using (await connection.BeginTransactionAsync())
        {
            await ExecuteAsync(connection, $"select from presets where slug = '{names[1].Slug}' for update");
            await ExecuteAsync(connection, "select from preset_counts for update");

            Assert.Equal(2, await SettleAsync(test, TimeSpan.FromMinutes(20)));
        }

        Assert.Equal(1, await SettleAsync(test, TimeSpan.FromMinutes(20)));
        await AssertOrderAsync(test, names, 2, 1, 0);
    }

    [PostgresFact]
    public async Task Of_the_changes_since_a_preset_was_settled_only_the_first_touches_an_index()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres, clock, own: true);
        await AppendInTurnAsync(test, 1);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        for (var i = 1; i <= 10; i++)
            await ExecuteAsync(
                connection,
                $"update presets set updated_at = updated_at + interval '{i} ms', revision = revision + 1");

        await using var command = new NpgsqlCommand(
            "select n_tup_upd - n_tup_hot_upd from pg_stat_xact_user_tables where relname = 'presets'", connection);
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    private async Task<PresetName[]> AppendInTurnAsync(TestDatabase test, int count)
    {
        var names = Enumerable.Range(0, count).Select(_ => test.NewName()).ToArray();
        foreach (var name in names)
            await AppendAgainAsync(test, name);
        return names;
    }

    private async Task AppendAgainAsync(TestDatabase test, PresetName name)
    {
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await test.AppendNewAsync(name);
    }

    /// <param name="order">The indexes of the presets in the order of the list.</param>
    private static async Task AssertOrderAsync(TestDatabase test, PresetName[] names, params int[] order)
    {
        var page = await test.Store.ListAsync(test.WorkspaceId, 0, names.Length, CancellationToken.None);
        Assert.Equal(order, page.Items.Select(preset => Array.IndexOf(names, preset.FullName)));
    }

    private static async Task<long> TotalAsync(TestDatabase test) =>
        (await test.Store.ListAsync(test.WorkspaceId, 0, 1, CancellationToken.None)).TotalCount;

    private Task<int> SettleAsync(TestDatabase test, TimeSpan later)
    {
        clock.Advance(later);
        return test.Store.SettleListsAsync(clock.GetUtcNow(), CancellationToken.None);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
