using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>Presets that come in many transactions, and are there after the last or not at all.</summary>
public sealed class ImportStoreTests
{
    private const int Versions = 1200;

    [Theory, Sqlite, Postgres]
    public async Task A_preset_is_there_after_the_last_transaction_and_counted(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var imports = new ImportStore(test.Database, TimeProvider.System);
        var part = PartOf(test.NewName());

        var import = imports.Start(part.Preset!);
        await import.AddAsync(part, CancellationToken.None);
        Assert.False(await imports.ExistsAsync(part.Name, CancellationToken.None));
        Assert.True(await import.FinishAsync(RecordOf(part.Name), CancellationToken.None));

        var head = await test.Store.FindAsync(part.Name, CancellationToken.None);
        Assert.Equal((part.Preset!.Id, "m7"), (head!.Preset.Id, head.Preset.Model));
        Assert.Equal(part.Versions[6].Id, head.Preset.DesignatedVersionId);
        Assert.Equal(1, (await test.Store.ListAsync(test.WorkspaceId, 0, 10, CancellationToken.None)).TotalCount);
        Assert.Equal(0, await PurgesAsync(test, part.Preset.Id));
        Assert.Equal(Versions + 1, await test.AppendNewAsync(part.Name));
    }

    [Theory, Sqlite, Postgres]
    public async Task An_import_that_is_given_up_leaves_nothing(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var part = PartOf(test.NewName());
        var import = new ImportStore(test.Database, TimeProvider.System).Start(part.Preset!);
        await import.AddAsync(part, CancellationToken.None);
        await test.Store.FinishPurgesAsync(CancellationToken.None);
        Assert.Equal(1000, await VersionsAsync(test, part.Preset!.Id));

        await import.AbandonAsync();
        await test.Store.FinishPurgesAsync(CancellationToken.None);

        Assert.Equal(0, await VersionsAsync(test, part.Preset.Id));
        Assert.Equal(0, await PurgesAsync(test, part.Preset.Id));
    }

    [Theory, Sqlite, Postgres]
    public async Task An_import_that_does_not_go_on_is_removed_and_cannot_end(Engine engine)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var part = PartOf(test.NewName());
        var import = new ImportStore(test.Database, clock).Start(part.Preset!);
        await import.AddAsync(part, CancellationToken.None);

        clock.Advance(TimeSpan.FromHours(2));
        await test.Store.FinishPurgesAsync(CancellationToken.None);

        Assert.Equal(0, await VersionsAsync(test, part.Preset!.Id));
        var refusal = await Assert.ThrowsAsync<Refusal>(
            () => import.AddAsync(part, CancellationToken.None));
        Assert.Equal(RefusalCode.RequestTimeout, refusal.Code);
    }

    [Theory, Sqlite, Postgres]
    public async Task Ids_that_are_taken_are_drawn_anew(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var imports = new ImportStore(test.Database, TimeProvider.System);
        var first = PartOf(test.NewName());
        var second = first with { Name = test.NewName() };
        second = second with { Preset = first.Preset! with { FullName = second.Name } };

        foreach (var part in new[] { first, second })
        {
            var import = imports.Start(part.Preset!);
            await import.AddAsync(part, CancellationToken.None);
            Assert.True(await import.FinishAsync(RecordOf(part.Name), CancellationToken.None));
        }

        var (one, other) = (
            await test.Store.FindAsync(first.Name, CancellationToken.None),
            await test.Store.FindAsync(second.Name, CancellationToken.None));
        Assert.NotEqual(one!.Preset.Id, other!.Preset.Id);
        Assert.Equal(other.Designated.Id, other.Preset.DesignatedVersionId);
        Assert.Equal(Versions, await VersionsAsync(test, other.Preset.Id));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preset_that_was_made_meanwhile_stays(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var part = PartOf(test.NewName());
        var import = new ImportStore(test.Database, TimeProvider.System).Start(part.Preset!);
        await import.AddAsync(part, CancellationToken.None);
        await test.AppendNewAsync(part.Name);

        Assert.False(await import.FinishAsync(RecordOf(part.Name), CancellationToken.None));

        await test.Store.FinishPurgesAsync(CancellationToken.None);
        Assert.Equal(0, await VersionsAsync(test, part.Preset!.Id));
        Assert.Equal(1, (await test.Store.FindAsync(part.Name, CancellationToken.None))!.Preset.LatestVersion);
    }

    [Theory, Sqlite, Postgres]
    public async Task Changes_whose_revisions_are_far_apart_are_removed(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        var part = PartOf(test.NewName());
        part = part with
        {
            History = [.. Enumerable.Range(1, Versions)
                .Select(i => RecordOf(part.Name) with { Revision = i * (1L << 40) })],
        };
        var import = new ImportStore(test.Database, TimeProvider.System).Start(part.Preset!);
        await import.AddAsync(part, CancellationToken.None);

        await import.AbandonAsync();
        await test.Store.FinishPurgesAsync(CancellationToken.None);

        Assert.Equal(0, await test.CountAsync(
            "select count(*) from preset_changes where preset_id = @id", ("id", part.Preset!.Id)));
    }

    private static ImportedPart PartOf(PresetName name)
    {
        var now = Timestamp.Now(TimeProvider.System);
        var preset = Preset.New(name, "user_1", now) with
        {
            LatestVersion = Versions,
            DesignatedVersion = 7,
            Revision = Versions,
        };
        var versions = Enumerable.Range(1, Versions).Select(number => new PresetVersion(
            Guid.CreateVersion7(), Guid.Empty, number, number, "user_1", now, BodyKind.ChatCompletions,
            System.Text.Encoding.UTF8.GetBytes($$"""{"model":"m{{number}}"}"""), null));
        return new ImportedPart(name, 1, true, preset, [.. versions], []);
    }

    private static HistoryEntry RecordOf(PresetName name) => new(
        Guid.CreateVersion7(), name, null, 0, Timestamp.Now(TimeProvider.System), "user_1", null, null, null, "[]");

    private static Task<long> VersionsAsync(TestDatabase test, Guid presetId) =>
        test.CountAsync("select count(*) from preset_versions where preset_id = @id", ("id", presetId));

    private static Task<long> PurgesAsync(TestDatabase test, Guid presetId) =>
        test.CountAsync("select count(*) from preset_purges where preset_id = @id", ("id", presetId));
}
