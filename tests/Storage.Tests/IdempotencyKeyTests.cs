using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class IdempotencyKeyTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly string key = Guid.NewGuid().ToString();

    [Theory, Sqlite, Postgres]
    public async Task A_second_request_gets_the_first_version_again(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var first = Appends.New("""{"seed":1}""", "prompt", key: key);
        await test.CommitOneAsync(name, first);
        await test.AppendNewAsync(name);

        var outcome = await test.CommitOneAsync(name, Appends.New(key: key));

        var earlier = Assert.IsType<Outcome.Earlier>(outcome);
        Assert.True(earlier.Replayed);
        Assert.Equal((first.Id, 1), (earlier.Then!.Designated.Id, earlier.Then!.Designated.Version));
        Assert.Equal(
            ("""{"seed":1}""", "prompt"),
            (earlier.Then!.Designated.Config.Text(), earlier.Then!.Designated.SystemPrompt!.Value.Text()));
        Assert.Equal(2, (await test.Store.FindAsync(name, CancellationToken.None))!.Designated.Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task Another_request_under_the_same_key_is_refused(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (name, other) = (test.NewName(), test.NewName());
        await test.CommitOneAsync(name, Appends.New(key: key, request: "one"));

        var here = await test.CommitOneAsync(name, Appends.New(key: key, request: "two"));
        var elsewhere = await test.CommitAsync(other, [Appends.New(key: key, request: "two")]);

        Assert.Equal(RefusalCode.IdempotencyKeyReused, Assert.IsType<Outcome.Refused>(here).Code);
        Assert.Equal(
            RefusalCode.IdempotencyKeyReused,
            Assert.IsType<Outcome.Refused>(Assert.Single(elsewhere.Outcomes)).Code);
        Assert.Null(elsewhere.Preset);
        Assert.Null(await test.Store.FindAsync(other, CancellationToken.None));
        Assert.Equal(1, (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.LatestVersion);
    }

    [Theory, Sqlite, Postgres]
    public async Task Two_requests_of_one_append_share_a_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();

        var result = await test.CommitAsync(
            name,
            [
                Appends.New(key: key, request: "one"),
                Appends.New(key: key, request: "one"),
                Appends.New(key: key, request: "two"),
                Appends.New(),
            ]);

        Assert.IsType<Outcome.Done>(result.Outcomes[0]);
        Assert.True(Assert.IsType<Outcome.Earlier>(result.Outcomes[1]).Replayed);
        Assert.Equal(1, result.Outcomes[1].Number());
        Assert.Equal(RefusalCode.IdempotencyKeyReused, Assert.IsType<Outcome.Refused>(result.Outcomes[2]).Code);
        Assert.Equal(2, result.Outcomes[3].Number());
    }

    [Theory, Sqlite, Postgres]
    public async Task A_workspace_has_its_keys_to_itself(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var other = Guid.CreateVersion7();
        await test.AddWorkspaceAsync(other);
        await test.CommitOneAsync(test.NewName(), Appends.New(key: key, request: "one"));

        var outcome = await test.CommitOneAsync(new PresetName(other, "preset"), Appends.New(key: key, request: "two"));

        Assert.IsType<Outcome.Done>(outcome);
    }

    [Theory, Sqlite, Postgres]
    public async Task Racing_requests_on_one_preset_make_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var stores = await StoresAsync(test, engine);
        var name = test.NewName();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            stores[i % stores.Length].CommitOneAsync(name, Appends.New(key: key))));

        Assert.Single(outcomes, outcome => outcome is Outcome.Done);
        Assert.Equal(
            99,
            outcomes.Count(outcome => outcome is Outcome.Earlier { Replayed: true, Then.Designated.Version: 1 }));
        Assert.Equal(1, (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.LatestVersion);
    }

    [Theory, Sqlite, Postgres]
    public async Task Racing_requests_on_many_presets_make_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var stores = await StoresAsync(test, engine);
        var names = Enumerable.Range(0, 40).Select(_ => test.NewName()).ToArray();

        var outcomes = await Task.WhenAll(names.Select((name, i) =>
            stores[i % stores.Length].CommitOneAsync(name, Appends.New(key: key, request: name.Slug))));

        Assert.Single(outcomes, outcome => outcome is Outcome.Done);
        Assert.Equal(
            39,
            outcomes.Count(outcome => outcome is Outcome.Refused { Code: RefusalCode.IdempotencyKeyReused }));
        Assert.Equal(1, (await test.Store.ListAsync(test.WorkspaceId, 0, 100, CancellationToken.None)).TotalCount);
        Assert.Equal(
            1,
            await test.CountAsync("select count(*) from presets where workspace_id = @id", ("id", test.WorkspaceId)));
    }

    [PostgresFact]
    public async Task A_request_that_waited_for_the_keys_other_holder_sees_its_version()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres);
        var name = test.NewName();
        var first = Appends.New(key: key);
        await test.CommitOneAsync(name, first);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        // As the other holder's transaction looks before it commits: neither its version nor its key is to be seen.
        await using (var remove = new NpgsqlCommand(
            $"""
            create temporary table kept_version as select * from preset_versions where id = '{first.Id}';
            create temporary table kept_key as select * from idempotency_keys where key = '{key}';
            delete from preset_versions where id = '{first.Id}';
            delete from idempotency_keys where key = '{key}';
            """,
            connection))
            await remove.ExecuteNonQueryAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var store = new NpgsqlCommand(
            """
            insert into preset_versions select * from kept_version;
            insert into idempotency_keys select * from kept_key
            """,
            connection))
            await store.ExecuteNonQueryAsync();

        var append = test.CommitOneAsync(name, Appends.New(key: key));
        await test.WaitForLockAsync(connection.ProcessID);
        await transaction.CommitAsync();

        var earlier = Assert.IsType<Outcome.Earlier>(await append);
        Assert.True(earlier.Replayed);
        Assert.Equal(first.Id, earlier.Then!.Designated.Id);
    }

    [Theory, Sqlite, Postgres]
    public async Task Requests_that_hold_many_keys_in_any_order_do_not_deadlock(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var stores = await StoresAsync(test, engine);
        var keys = Enumerable.Range(0, 8).Select(i => $"{key}-{i}").ToArray();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
        {
            var order = i % 2 == 0 ? keys : keys.Reverse();
            return stores[i % stores.Length].CommitAsync(
                test.NewName(), [.. order.Select(each => Appends.New(key: each, request: $"{i}"))]);
        }));

        var outcomes = results.SelectMany(result => result.Outcomes).ToArray();
        Assert.Equal(keys.Length, outcomes.Count(outcome => outcome is Outcome.Done));
        Assert.Equal(
            19 * keys.Length,
            outcomes.Count(outcome => outcome is Outcome.Refused { Code: RefusalCode.IdempotencyKeyReused }));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_is_forgotten_after_a_day(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var name = test.NewName();
        await test.CommitOneAsync(name, Appends.New(key: key, request: "one"));

        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMicroseconds(1));
        var justBefore = await test.CommitOneAsync(name, Appends.New(key: key, request: "one"));
        clock.Advance(TimeSpan.FromMicroseconds(1));
        var after = await test.CommitOneAsync(name, Appends.New(key: key, request: "two"));
        var afterwards = await test.CommitOneAsync(name, Appends.New(key: key, request: "two"));

        Assert.True(Assert.IsType<Outcome.Earlier>(justBefore).Replayed);
        Assert.Equal(2, after.Done().Version);
        Assert.Equal(2, afterwards.Earlier().Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_is_not_kept_when_its_change_is_refused(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (archived, name) = (test.NewName(), test.NewName());
        await test.AppendNewAsync(archived);
        await test.SetStatusAsync(archived, "archived");

        var forbidden = await test.CommitOneAsync(archived, Appends.New(key: key, request: "one"));
        var invalid = await test.CommitOneAsync(name, Appends.Refused(engine, key));
        var valid = await test.CommitOneAsync(name, Appends.New(key: key, request: "three"));

        Assert.IsType<Outcome.Refused>(forbidden);
        Assert.Equal(RefusalCode.InvalidField, Assert.IsType<Outcome.Refused>(invalid).Code);
        Assert.Equal(1, valid.Done().Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_whose_preset_was_purged_makes_nothing_anew(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        await test.CommitOneAsync(name, Appends.New(key: key, request: "one"));
        await test.SetStatusAsync(name, "archived");
        await test.CommitOneAsync(name, new Purge(Guid.CreateVersion7(), "user_1"));

        var another = await test.CommitOneAsync(name, Appends.New(key: key, request: "two"));
        var same = await test.CommitOneAsync(name, Appends.New(key: key, request: "one"));
        var unkeyed = await test.CommitOneAsync(name, Appends.New());
        var afterwards = await test.CommitOneAsync(name, Appends.New(key: key, request: "one"));

        Assert.Equal(RefusalCode.IdempotencyKeyReused, Assert.IsType<Outcome.Refused>(another).Code);
        Assert.Equal(RefusalCode.PresetPurged, Assert.IsType<Outcome.Refused>(same).Code);
        Assert.Equal(1, unkeyed.Done().Version);
        Assert.Equal(RefusalCode.PresetPurged, Assert.IsType<Outcome.Refused>(afterwards).Code);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_purge_forgets_old_keys_and_no_others(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock, own: true);
        var name = test.NewName();
        for (var i = 0; i < 5; i++)
            await test.CommitOneAsync(name, Appends.New(key: $"old-{i}"));
        clock.Advance(TimeSpan.FromHours(1));
        var boundary = clock.GetUtcNow();
        await test.CommitOneAsync(name, Appends.New(key: "new"));

        var purged = new List<int>();
        for (var i = 0; i < 3; i++)
            purged.Add(await test.Store.PurgeIdempotencyKeysAsync(boundary, 3, CancellationToken.None));

        Assert.Equal([3, 2, 0], purged);
        Assert.Equal(1, await test.CountAsync("select count(*) from idempotency_keys where key = 'new'"));
        Assert.Equal(1, await test.CountAsync("select count(*) from idempotency_keys"));
        Assert.Equal(6, (await test.Store.FindAsync(name, CancellationToken.None))!.Preset.LatestVersion);
    }

    private static async Task<IPresetStore[]> StoresAsync(TestDatabase test, Engine engine) =>
        engine == Engine.Postgres ? [test.Store, await test.OpenStoreAsync()] : [test.Store];
}
