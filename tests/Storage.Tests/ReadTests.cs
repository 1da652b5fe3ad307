using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class ReadTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero));

    [Theory, Sqlite, Postgres]
    public async Task What_is_missing_is_null(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var (name, missing) = (test.NewName(), test.NewName());
        await test.AppendNewAsync(name);

        Assert.Null(await test.Store.FindAsync(missing, CancellationToken.None));
        Assert.Null(await test.Store.FindRevisionAsync(missing, CancellationToken.None));
        Assert.Null(await test.Store.ListVersionsAsync(missing, 0, 10, CancellationToken.None));
        Assert.Null(await test.Store.FindVersionAsync(missing, 1, CancellationToken.None));
        Assert.Null(await test.Store.FindVersionAsync(name, 0, CancellationToken.None));
        Assert.Null(await test.Store.FindVersionAsync(name, 2, CancellationToken.None));
        Assert.Null(await test.Store.FindAsync(
            name with { WorkspaceId = Guid.CreateVersion7() }, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task An_empty_workspace_lists_nothing(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);

        var page = await test.Store.ListAsync(test.WorkspaceId, 0, 10, CancellationToken.None);

        Assert.Empty(page.Items);
        Assert.Equal(0, page.TotalCount);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_version_is_found_by_its_number(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var appends = Enumerable.Range(1, 3)
            .Select(number => Appends.New($$"""{"seed":{{number}}}""", $"prompt {number}", $"user_{number}"))
            .ToArray();
        await test.CommitAsync(name, appends);

        for (var number = 1; number <= 3; number++)
        {
            var version = (await test.Store.FindVersionAsync(name, number, CancellationToken.None))!;

            var append = appends[number - 1];
            Assert.Equal((append.Id, number, append.UserId), (version.Id, version.Version, version.CreatorId));
            Assert.Equal(
                (append.Config.Text(), $"prompt {number}"),
                (version.Config.Text(), version.SystemPrompt!.Value.Text()));
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task Presets_are_listed_newest_updated_first(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var names = Enumerable.Range(0, 5).Select(i => test.NewName($"{i}")).ToArray();
        foreach (var i in new[] { 0, 1, 2, 3, 4, 1, 3 })
        {
            clock.Advance(TimeSpan.FromMicroseconds(1));
            await test.AppendNewAsync(names[i]);
        }

        var page = await test.Store.ListAsync(test.WorkspaceId, 0, 10, CancellationToken.None);

        Assert.Equal([names[3], names[1], names[4], names[2], names[0]], page.Items.Select(preset => preset.FullName));
        Assert.Equal(5, page.TotalCount);
        Assert.Equal((await test.Store.FindAsync(names[3], CancellationToken.None))!.Preset, page.Items[0]);
    }

    [Theory]
    [Sqlite(1)]
    [Sqlite(7)]
    [Sqlite(10)]
    [Postgres(1)]
    [Postgres(7)]
    [Postgres(10)]
    public async Task Pages_of_presets_join_without_loss_or_double_in_spite_of_ties(Engine engine, int limit)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var names = Enumerable.Range(0, 20).Select(_ => test.NewName()).ToArray();
        foreach (var name in names)
            await test.AppendNewAsync(name);

        var listed = new List<Preset>();
        for (Page<Preset> page; ; listed.AddRange(page.Items))
        {
            page = await test.Store.ListAsync(test.WorkspaceId, listed.Count, limit, CancellationToken.None);
            Assert.Equal(names.Length, page.TotalCount);
            Assert.Equal(Math.Min(limit, names.Length - listed.Count), page.Items.Count);
            if (page.Items.Count == 0)
                break;
        }

        Assert.Equal(names.ToHashSet(), listed.Select(preset => preset.FullName).ToHashSet());
        Assert.Equal(listed.OrderByDescending(preset => preset.Id.ToString(), StringComparer.Ordinal), listed);
    }

    [Theory, Sqlite, Postgres]
    public async Task An_archived_preset_is_not_listed(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var names = Enumerable.Range(0, 3).Select(_ => test.NewName()).ToArray();
        foreach (var name in names)
            await test.AppendNewAsync(name);
        await test.SetStatusAsync(names[0], "archived");
        await test.SetStatusAsync(names[1], "disabled");

        var page = await test.Store.ListAsync(test.WorkspaceId, 0, 10, CancellationToken.None);

        Assert.Equal(
            new[] { names[1], names[2] }.ToHashSet(),
            page.Items.Select(preset => preset.FullName).ToHashSet());
        Assert.Equal(2, page.TotalCount);
        Assert.NotNull(await test.Store.FindAsync(names[0], CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task Presets_of_another_workspace_are_not_listed(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var other = Guid.CreateVersion7();
        await test.AddWorkspaceAsync(other);
        await test.AppendNewAsync(test.NewName());
        await test.AppendNewAsync(new PresetName(other, "preset"));

        var page = await test.Store.ListAsync(other, 0, 10, CancellationToken.None);

        Assert.Equal(new PresetName(other, "preset"), Assert.Single(page.Items).FullName);
        Assert.Equal(1, page.TotalCount);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_page_far_beyond_the_end_is_empty(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        await test.AppendNewAsync(name);

        var presets = await test.Store.ListAsync(test.WorkspaceId, long.MaxValue, 100, CancellationToken.None);
        var versions = (await test.Store.ListVersionsAsync(name, long.MaxValue, 100, CancellationToken.None))!;

        Assert.Empty(presets.Items);
        Assert.Equal(1, presets.TotalCount);
        Assert.Empty(versions.Items);
        Assert.Equal(1, versions.TotalCount);
    }

    [Theory]
    [Sqlite(1)]
    [Sqlite(4)]
    [Sqlite(100)]
    [Postgres(1)]
    [Postgres(4)]
    [Postgres(100)]
    public async Task Pages_of_versions_join_oldest_first(Engine engine, int limit)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var name = test.NewName();
        var appends = Enumerable.Range(1, 10).Select(_ => Appends.New()).ToArray();
        await test.CommitAsync(name, appends);

        var listed = new List<PresetVersion>();
        for (Page<PresetVersion> page; ; listed.AddRange(page.Items))
        {
            page = (await test.Store.ListVersionsAsync(name, listed.Count, limit, CancellationToken.None))!;
            Assert.Equal(appends.Length, page.TotalCount);
            Assert.Equal(Math.Min(limit, appends.Length - listed.Count), page.Items.Count);
            if (page.Items.Count == 0)
                break;
        }

        Assert.Equal(Enumerable.Range(1, 10), listed.Select(version => version.Version));
        Assert.Equal(appends.Select(append => append.Id), listed.Select(version => version.Id));
    }

    [Theory, Sqlite, Postgres]
    public async Task Revisions_asked_for_at_once_are_each_presets_own(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var names = Enumerable.Range(0, 300).Select(_ => test.NewName()).ToArray();
        for (var i = 0; i < names.Length; i += 3)
            await test.CommitAsync(names[i], [.. Enumerable.Range(0, 1 + i % 4).Select(_ => Appends.New())]);

        // Each is asked for twice, so that there are more than leave together.
        var asked = names.Concat(names).ToArray();
        var found = await Task.WhenAll(asked.Select(name =>
            test.Store.FindRevisionAsync(name, CancellationToken.None)));

        for (var i = 0; i < asked.Length; i++)
            Assert.Equal(i % names.Length % 3 == 0 ? 1 + i % names.Length % 4 : null, found[i]?.Revision);
        Assert.Equal((await test.Store.FindAsync(names[0], CancellationToken.None))!.Preset.Id, found[0]!.Value.Id);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_read_that_is_cancelled_says_so(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            test.Store.FindAsync(test.NewName(), new CancellationToken(canceled: true)));
    }
}
