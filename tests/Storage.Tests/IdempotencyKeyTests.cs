using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class IdempotencyKeyTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly string _key = Guid.NewGuid().ToString();

    [Theory, Sqlite, Postgres]
    public async Task A_second_request_gets_the_first_version_again(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewKey();
        var first = Drafts.New("""{"seed":1}""", "prompt", key: _key);
        await test.Store.AppendAsync(key, first);
        await test.Store.AppendNewAsync(key);

        var outcome = await test.Store.AppendAsync(key, Drafts.New(key: _key));

        var earlier = Assert.IsType<DraftOutcome.Earlier>(outcome);
        Assert.True(earlier.Replayed);
        Assert.Equal((first.VersionId, 1), (earlier.Version.Id, earlier.Version.Version));
        Assert.Equal(("""{"seed":1}""", "prompt"), (earlier.Version.Config.Text(), earlier.Version.SystemPrompt!.Value.Text()));
        Assert.Equal(2, (await test.Store.FindAsync(key, CancellationToken.None))!.Designated.Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task Another_request_under_the_same_key_is_refused(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (key, other) = (test.NewKey(), test.NewKey());
        await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "one"));

        var here = await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "two"));
        var elsewhere = await test.Store.AppendAsync(other, [Drafts.New(key: _key, request: "two")]);

        Assert.Equal(RefusalCode.IdempotencyKeyReused, Assert.IsType<DraftOutcome.Refused>(here).Code);
        Assert.Equal(RefusalCode.IdempotencyKeyReused, Assert.IsType<DraftOutcome.Refused>(Assert.Single(elsewhere.Outcomes)).Code);
        Assert.Null(elsewhere.Preset);
        Assert.Null(await test.Store.FindAsync(other, CancellationToken.None));
        Assert.Equal(1, (await test.Store.FindAsync(key, CancellationToken.None))!.Preset.LatestVersion);
    }

    [Theory, Sqlite, Postgres]
    public async Task Two_requests_of_one_append_share_a_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewKey();

        var result = await test.Store.AppendAsync(
            key, [Drafts.New(key: _key, request: "one"), Drafts.New(key: _key, request: "one"), Drafts.New(key: _key, request: "two"), Drafts.New()]);

        Assert.IsType<DraftOutcome.Stored>(result.Outcomes[0]);
        Assert.True(Assert.IsType<DraftOutcome.Earlier>(result.Outcomes[1]).Replayed);
        Assert.Equal(1, result.Outcomes[1].Number());
        Assert.Equal(RefusalCode.IdempotencyKeyReused, Assert.IsType<DraftOutcome.Refused>(result.Outcomes[2]).Code);
        Assert.Equal(2, result.Outcomes[3].Number());
    }

    [Theory, Sqlite, Postgres]
    public async Task A_workspace_has_its_keys_to_itself(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var other = Guid.CreateVersion7();
        await test.AddWorkspaceAsync(other);
        await test.Store.AppendAsync(test.NewKey(), Drafts.New(key: _key, request: "one"));

        var outcome = await test.Store.AppendAsync(new PresetName(other, "preset"), Drafts.New(key: _key, request: "two"));

        Assert.IsType<DraftOutcome.Stored>(outcome);
    }

    [Theory, Sqlite, Postgres]
    public async Task Racing_requests_on_one_preset_make_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var stores = engine == Engine.Postgres ? [test.Store, (await test.OpenAsync()).Presets] : new IPresetStore[] { test.Store };
        var key = test.NewKey();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => stores[i % stores.Length].AppendAsync(key, Drafts.New(key: _key))));

        Assert.Single(outcomes, outcome => outcome is DraftOutcome.Stored);
        Assert.Equal(99, outcomes.Count(outcome => outcome is DraftOutcome.Earlier { Replayed: true, Version.Version: 1 }));
        Assert.Equal(1, (await test.Store.FindAsync(key, CancellationToken.None))!.Preset.LatestVersion);
    }

    [Theory, Sqlite, Postgres]
    public async Task Racing_requests_on_many_presets_make_one_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var stores = engine == Engine.Postgres ? [test.Store, (await test.OpenAsync()).Presets] : new IPresetStore[] { test.Store };
        var keys = Enumerable.Range(0, 40).Select(_ => test.NewKey()).ToArray();

        var outcomes = await Task.WhenAll(
            keys.Select((key, i) => stores[i % stores.Length].AppendAsync(key, Drafts.New(key: _key, request: key.Slug))));

        Assert.Single(outcomes, outcome => outcome is DraftOutcome.Stored);
        Assert.Equal(39, outcomes.Count(outcome => outcome is DraftOutcome.Refused { Code: RefusalCode.IdempotencyKeyReused }));
        Assert.Equal(1, (await test.Store.ListAsync(test.WorkspaceId, 0, 100, CancellationToken.None)).TotalCount);
        Assert.Equal(1, await test.CountAsync("select count(*) from presets where workspace_id = @id", ("id", test.WorkspaceId)));
    }

    [PostgresFact]
    public async Task A_request_that_waited_for_the_keys_other_holder_sees_its_version()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Postgres);
        var (held, waiting) = (test.NewKey(), test.NewKey());
        var first = Drafts.New(key: _key);
        await test.Store.AppendAsync(held, first);
        await using var connection = new NpgsqlConnection(test.ConnectionString);
        await connection.OpenAsync();
        // As the other holder's transaction looks before it commits: neither its version nor its key is to be seen.
        await using (var remove = new NpgsqlCommand(
            $"""
            create temporary table kept_version as select * from preset_versions where id = '{first.VersionId}';
            create temporary table kept_key as select * from idempotency_keys where key = '{_key}';
            delete from preset_versions where id = '{first.VersionId}';
            delete from idempotency_keys where key = '{_key}';
            """,
            connection))
            await remove.ExecuteNonQueryAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var store = new NpgsqlCommand(
            "insert into preset_versions select * from kept_version; insert into idempotency_keys select * from kept_key", connection))
            await store.ExecuteNonQueryAsync();

        var append = test.Store.AppendAsync(waiting, Drafts.New(key: _key));
        await test.WaitForLockAsync(connection.ProcessID);
        await transaction.CommitAsync();

        var earlier = Assert.IsType<DraftOutcome.Earlier>(await append);
        Assert.True(earlier.Replayed);
        Assert.Equal(first.VersionId, earlier.Version.Id);
    }

    [Theory, Sqlite, Postgres]
    public async Task Requests_that_hold_many_keys_in_any_order_do_not_deadlock(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var stores = engine == Engine.Postgres ? [test.Store, (await test.OpenAsync()).Presets] : new IPresetStore[] { test.Store };
        var keys = Enumerable.Range(0, 8).Select(i => $"{_key}-{i}").ToArray();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
        {
            var order = i % 2 == 0 ? keys : keys.Reverse();
            return stores[i % stores.Length].AppendAsync(test.NewKey(), [.. order.Select(key => Drafts.New(key: key, request: $"{i}"))]);
        }));

        var outcomes = results.SelectMany(result => result.Outcomes).ToArray();
        Assert.Equal(keys.Length, outcomes.Count(outcome => outcome is DraftOutcome.Stored));
        Assert.Equal(19 * keys.Length, outcomes.Count(outcome => outcome is DraftOutcome.Refused { Code: RefusalCode.IdempotencyKeyReused }));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_is_forgotten_after_a_day(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, _clock);
        var key = test.NewKey();
        await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "one"));

        _clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMicroseconds(1));
        var justBefore = await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "one"));
        _clock.Advance(TimeSpan.FromMicroseconds(1));
        var after = await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "two"));
        var afterwards = await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "two"));

        Assert.True(Assert.IsType<DraftOutcome.Earlier>(justBefore).Replayed);
        Assert.Equal(2, Assert.IsType<DraftOutcome.Stored>(after).Version);
        Assert.Equal(2, Assert.IsType<DraftOutcome.Earlier>(afterwards).Version.Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_is_not_kept_when_its_draft_is_refused(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (archived, key) = (test.NewKey(), test.NewKey());
        await test.Store.AppendNewAsync(archived);
        await test.SetStatusAsync(archived, "archived");

        var forbidden = await test.Store.AppendAsync(archived, Drafts.New(key: _key, request: "one"));
        var invalid = await test.Store.AppendAsync(key, Drafts.Refused(engine, _key));
        var valid = await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "three"));

        Assert.IsType<DraftOutcome.Refused>(forbidden);
        Assert.Equal(RefusalCode.InvalidField, Assert.IsType<DraftOutcome.Refused>(invalid).Code);
        Assert.Equal(1, Assert.IsType<DraftOutcome.Stored>(valid).Version);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_whose_version_was_removed_is_free(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var key = test.NewKey();
        var removed = Drafts.New(key: _key, request: "one");
        await test.Store.AppendAsync(key, removed);
        await test.ExecuteAsync("delete from preset_versions where id = @id", ("id", removed.VersionId));
        await test.ExecuteAsync("delete from presets where workspace_id = @id", ("id", test.WorkspaceId));

        var first = await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "two"));
        var second = await test.Store.AppendAsync(key, Drafts.New(key: _key, request: "two"));

        Assert.Equal(1, Assert.IsType<DraftOutcome.Stored>(first).Version);
        Assert.True(Assert.IsType<DraftOutcome.Earlier>(second).Replayed);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_purge_forgets_old_keys_and_no_others(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, _clock, own: true);
        var key = test.NewKey();
        for (var i = 0; i < 5; i++)
            await test.Store.AppendAsync(key, Drafts.New(key: $"old-{i}"));
        _clock.Advance(TimeSpan.FromHours(1));
        var boundary = _clock.GetUtcNow();
        await test.Store.AppendAsync(key, Drafts.New(key: "new"));

        var purged = new List<int>();
        for (var i = 0; i < 3; i++)
            purged.Add(await test.Store.PurgeIdempotencyKeysAsync(boundary, 3, CancellationToken.None));

        Assert.Equal([3, 2, 0], purged);
        Assert.Equal(1, await test.CountAsync("select count(*) from idempotency_keys where key = 'new'"));
        Assert.Equal(1, await test.CountAsync("select count(*) from idempotency_keys"));
        Assert.Equal(6, (await test.Store.FindAsync(key, CancellationToken.None))!.Preset.LatestVersion);
    }
}
