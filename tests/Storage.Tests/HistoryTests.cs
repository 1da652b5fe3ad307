using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>The histories of presets and of workspaces.</summary>
public sealed class HistoryTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero));

    [Theory, Sqlite, Postgres]
    public async Task A_record_tells_who_made_the_change_when_how_and_what_it_did(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var name = test.NewName();
        var (known, deleted, unknown) = (NewHash(), NewHash(), NewHash());
        await AddKeyAsync(test, known, "CI");
        await AddKeyAsync(test, deleted, "gone");
        await new KeyStore(test.Database, clock).DeleteAsync(deleted, CancellationToken.None);
        var trace = Guid.NewGuid();
        await test.CommitOneAsync(
            name, Appends.New() with { Key = known, Message = "The first", RequestId = trace });
        clock.Advance(TimeSpan.FromSeconds(1));
        await test.CommitOneAsync(name, Appends.New() with { Key = deleted, Designate = false, Labels = ["beta"] });
        clock.Advance(TimeSpan.FromSeconds(1));
        await test.CommitOneAsync(
            name,
            new Edit(Guid.CreateVersion7(), "user_2") { Key = unknown, Message = "Name it", Name = "A \"name\"" });

        var records = await ReadAsync(test, name);

        const string NewName = "\"A \\\"name\\\"\"";
        Assert.Equal(
            [
                new HistoryRecord(
                    name.Slug, 3, clock.GetUtcNow(), "user_2", unknown, null, "Name it", null,
                    $"[{Effect("edited", field: "\"name\"", from: $"\"{name.Slug}\"", to: NewName)}]"),
                new HistoryRecord(
                    name.Slug, 2, clock.GetUtcNow().AddSeconds(-1), "user_1", deleted, null, null, null,
                    $"[{Effect("version_created", "2")},{Effect("label_set", label: "\"beta\"", to: "2")}]"),
                new HistoryRecord(
                    name.Slug, 1, clock.GetUtcNow().AddSeconds(-2), "user_1", known, "CI", "The first", trace,
                    $"[{Effect("version_created", "1")},{Effect("designated", to: "1")}]"),
            ],
            records);
        Assert.Equal(records, await test.Store.ListHistoryAsync(
            new HistoryQuery(test.WorkspaceId), 0, 100, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_version_that_says_nothing_was_designated_after_the_one_before_it(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var name = test.NewName();
        await test.CommitAsync(name, Appends.New(), Appends.New());

        var records = await ReadAsync(test, name);

        Assert.Equal(
            [
                $"[{Effect("version_created", "2")},{Effect("designated", from: "1", to: "2")}]",
                $"[{Effect("version_created", "1")},{Effect("designated", to: "1")}]",
            ],
            records.Select(record => record.Effects));
    }

    [Theory, Sqlite, Postgres]
    public async Task Pages_of_a_preset_have_every_revision_once_whatever_their_size(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var name = test.NewName();
        var random = new Random(7);
        await test.CommitAsync(name, [.. Enumerable.Range(0, 9).Select(_ => Appends.New())]);
        // As they were stored before revisions were recorded.
        await test.ExecuteAsync("update preset_versions set revision = null where version < 6");
        for (var i = 0; i < 60; i++)
            await test.CommitOneAsync(name, Any(random));
        var preset = await SnapshotAsync(test, name);

        var all = await ReadAsync(test, name);

        Assert.Equal(Enumerable.Range(1, 69).Reverse().Select(Convert.ToInt64), all.Select(each => each.Revision));
        Assert.Equal(
            preset.LatestVersion,
            all.Count(each => each.Effects.Contains("version_created", StringComparison.Ordinal)));
        foreach (var limit in (int[])[1, 2, 7, 64, 100])
        {
            var pages = new List<HistoryRecord>();
            for (var offset = 0; offset < 69; offset += limit)
                pages.AddRange(
                    await test.Store.ListHistoryAsync(preset, name.Slug, offset, limit, CancellationToken.None));
            Assert.Equal(all, pages);
        }

        Assert.Empty(await test.Store.ListHistoryAsync(preset, name.Slug, 69, 10, CancellationToken.None));
        Assert.Empty(await test.Store.ListHistoryAsync(preset, name.Slug, long.MaxValue, 10, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task The_history_of_a_workspace_is_that_of_its_presets_in_the_order_of_time(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock, own: true);
        var random = new Random(7);
        var names = Enumerable.Range(0, 12).Select(_ => test.NewName()).ToArray();
        foreach (var name in names)
            await test.AppendNewAsync(name);
        for (var i = 0; i < 250; i++)
        {
            // A few are changed often; some have a place in the list, some have lost it.
            var name = names[Math.Min(random.Next(names.Length), random.Next(names.Length))];
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(3) / 2));
            await test.CommitOneAsync(name, Any(random));
            if (i % 100 == 50)
                await test.Store.SettleListsAsync(clock.GetUtcNow().AddHours(1), CancellationToken.None);
        }

        await test.CommitOneAsync(
            names[1], new Edit(Guid.CreateVersion7(), "user_1") { Status = PresetStatus.Archived });
        var expected = new List<HistoryRecord>();
        var ids = new Dictionary<string, string>();
        foreach (var name in names)
        {
            expected.AddRange(await ReadAsync(test, name));
            ids.Add(name.Slug, (await SnapshotAsync(test, name)).PresetId.ToString());
        }


        await AssertAsync(new HistoryQuery(test.WorkspaceId), _ => true);
        await AssertAsync(new HistoryQuery(test.WorkspaceId, Slug: names[0].Slug), each => each.Slug == names[0].Slug);
        await AssertAsync(new HistoryQuery(test.WorkspaceId, UserId: "user_2"), each => each.UserId == "user_2");
        var since = expected[20].At;
        await AssertAsync(new HistoryQuery(test.WorkspaceId, Since: since), each => each.At >= since);
        await AssertAsync(
            new HistoryQuery(test.WorkspaceId, names[0].Slug, "user_1", Since: since),
            each => each.Slug == names[0].Slug && each.UserId == "user_1" && each.At >= since);
        await AssertAsync(new HistoryQuery(test.WorkspaceId, Key: NewHash()), _ => false);
        await AssertAsync(new HistoryQuery(Guid.CreateVersion7()), _ => false);

        async Task AssertAsync(HistoryQuery query, Func<HistoryRecord, bool> isAskedFor)
        {
            HistoryRecord[] all = [.. expected.Where(isAskedFor).OrderByDescending(each => each.At)
                .ThenByDescending(each => ids[each.Slug], StringComparer.Ordinal)
                .ThenByDescending(each => each.Revision)];
            foreach (var (offset, limit) in
                ((int, int)[])[(0, 1), (0, 2), (0, 7), (7, 7), (0, 100), (3, 20), (100, 100), (255, 100)])
                Assert.Equal(
                    all.Skip(offset).Take(limit),
                    await test.Store.ListHistoryAsync(query, offset, limit, CancellationToken.None));
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task A_purge_stays_in_the_history_of_the_workspace_alone(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock, own: true);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await test.CommitOneAsync(
            name, new Edit(Guid.CreateVersion7(), "user_1") { Status = PresetStatus.Archived });
        await test.CommitOneAsync(name, new Purge(Guid.CreateVersion7(), "user_2"));

        await AssertAsync("purged");
        await test.Store.FinishPurgesAsync(CancellationToken.None);
        await AssertAsync("purged");
        clock.Advance(TimeSpan.FromSeconds(1));
        await test.AppendNewAsync(name);
        await AssertAsync("version_created", "purged");

        async Task AssertAsync(params string[] effects)
        {
            foreach (var slug in (string?[])[null, name.Slug])
            {
                var records = await test.Store.ListHistoryAsync(
                    new HistoryQuery(test.WorkspaceId, slug), 0, 100, CancellationToken.None);
                Assert.Equal(effects, records.Select(record => record.Effects.Split('"')[3]));
            }
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task What_an_imported_preset_brought_along_is_in_its_own_history_alone(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var (name, other) = (test.NewName(), test.NewName());
        foreach (var each in (PresetName[])[name, other])
            await test.CommitAsync(
                each, Appends.New(), new Edit(Guid.CreateVersion7(), "user_1") { Name = "A name" }, Appends.New());
        await test.ExecuteAsync("update presets set imported_revision = revision where name = 'A name'");
        foreach (var change in (Change[])[new Edit(Guid.CreateVersion7(), "user_1") { Name = "Mine" }, Appends.New()])
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await test.CommitOneAsync(name, change);
        }

        Assert.Equal(5, (await ReadAsync(test, name)).Count);
        foreach (var query in (HistoryQuery[])
            [new(test.WorkspaceId), new(test.WorkspaceId, name.Slug), new(test.WorkspaceId, UserId: "user_1")])
            Assert.Equal(
                [(name.Slug, 5), (name.Slug, 4)],
                (await test.Store.ListHistoryAsync(query, 0, 100, CancellationToken.None))
                .Select(record => (record.Slug, record.Revision)));
    }

    private static Change Any(Random random)
    {
        var (id, user) = (Guid.CreateVersion7(), $"user_{random.Next(1, 3)}");
        return random.Next(5) switch
        {
            0 => new SetLabel(id, user, $"l{id.ToString()[^12..]}"[..8], 1),
            1 => new Edit(id, user) { Name = id.ToString() },
            _ => Appends.New(user: user),
        };
    }

    private static string Effect(
        string what, string version = "null", string label = "null", string field = "null", string from = "null",
        string to = "null") =>
        $$"""
        {"what":"{{what}}","version":{{version}},"label":{{label}},"field":{{field}},"from":{{from}},"to":{{to}}}
        """;

    private static KeyHash NewHash() => KeySecret.Hash(KeySecret.Generate());

    private async Task AddKeyAsync(TestDatabase test, KeyHash hash, string name) =>
        await new KeyStore(test.Database, clock).AddOnceAsync(
            ApiKey.FromSecret(KeySecret.Generate(), test.WorkspaceId, name, clock.GetUtcNow()) with { Hash = hash },
            CancellationToken.None);

    private static async Task<PresetSnapshot> SnapshotAsync(TestDatabase test, PresetName name) =>
        PresetJson.SnapshotOf((await test.Store.FindAsync(name, CancellationToken.None))!);

    private static async Task<List<HistoryRecord>> ReadAsync(TestDatabase test, PresetName name) =>
        await test.Store.ListHistoryAsync(
            await SnapshotAsync(test, name), name.Slug, 0, 1000, CancellationToken.None);
}
