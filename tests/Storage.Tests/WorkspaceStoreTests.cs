using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class WorkspaceStoreTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 10, 0, 0, TimeSpan.Zero));

    [Theory, Sqlite, Postgres]
    public async Task A_workspace_comes_back_as_it_was_stored(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var workspaces = new WorkspaceStore(database, clock);
        var workspace = NewWorkspace("w") with
        {
            Description = "'; drop",
            DefaultTextModel = "m",
            DefaultProviderSort = "price",
            CreatedBy = "u",
            Guarded = true,
        };

        Assert.Null(await workspaces.CreateAsync(workspace, workspace.Id, null, CancellationToken.None));

        Assert.Equal(workspace, await workspaces.FindAsync(workspace.Id, CancellationToken.None));
        Assert.Equal(workspace, await workspaces.FindByIdOrSlugAsync("w", CancellationToken.None));
        Assert.Null(await workspaces.FindByIdOrSlugAsync("W", CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task Of_racing_starts_one_makes_the_default_workspace(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var workspaces = new WorkspaceStore(database, clock);

        var made = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            workspaces.EnsureDefaultAsync(NewWorkspace("default"), CancellationToken.None)));

        var first = Assert.Single(made, start => start.Created);
        Assert.All(made, start => Assert.Equal(first.Workspace, start.Workspace));
        Assert.Equal(first.Workspace, await workspaces.FindDefaultAsync(CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_slug_is_taken_once(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var workspaces = new WorkspaceStore(database, clock);
        var (one, other) = (NewWorkspace("one"), NewWorkspace("other"));
        await workspaces.CreateAsync(one, one.Id, null, CancellationToken.None);
        await workspaces.CreateAsync(other, one.Id, null, CancellationToken.None);
        var idempotency = new Idempotency("k", new byte[32]);

        var create = await Assert.ThrowsAsync<Refusal>(() =>
            workspaces.CreateAsync(NewWorkspace("one"), one.Id, idempotency, CancellationToken.None));
        var update = await Assert.ThrowsAsync<Refusal>(() =>
            workspaces.UpdateAsync(other.Id, stored => stored with { Slug = "one" }, CancellationToken.None));

        Assert.Equal((RefusalCode.SlugTaken, RefusalCode.SlugTaken), (create.Code, update.Code));
        // The refused request has left its idempotency key free.
        Assert.Null(await workspaces.CreateAsync(NewWorkspace("third"), one.Id, idempotency, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task Workspaces_are_listed_oldest_first_with_their_number(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var workspaces = new WorkspaceStore(database, clock);
        foreach (var slug in (string[])["c", "a", "b"])
        {
            await workspaces.CreateAsync(NewWorkspace(slug), Guid.NewGuid(), null, CancellationToken.None);
            clock.Advance(TimeSpan.FromMicroseconds(1));
        }

        var page = await workspaces.ListAsync(1, 5, CancellationToken.None);

        Assert.Equal((3, "ab"), (page.TotalCount, string.Concat(page.Items.Select(workspace => workspace.Slug))));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_deleted_workspace_leaves_nothing_and_its_neighbour_everything(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var workspaces = new WorkspaceStore(database, clock);
        var store = StorageFactory.CreatePresetStore(database, clock);
        var (gone, stays) = (NewWorkspace("gone"), NewWorkspace("stays"));
        foreach (var workspace in (Workspace[])[gone, stays])
        {
            await workspaces.CreateAsync(workspace, workspace.Id, null, CancellationToken.None);
            await store.CommitAsync(new CommitRequest(
                new PresetName(workspace.Id, "p"), null, [Appends.New(), Appends.New()], clock.GetTimestamp()));
        }

        Assert.Equal(WorkspaceDeletion.Deleted, await workspaces.DeleteAsync(gone.Id, CancellationToken.None));

        Assert.Equal(WorkspaceDeletion.NotFound, await workspaces.DeleteAsync(gone.Id, CancellationToken.None));
        Assert.Null(await store.FindAsync(new PresetName(gone.Id, "p"), CancellationToken.None));
        var kept = (await store.FindAsync(new PresetName(stays.Id, "p"), CancellationToken.None))!;
        Assert.Equal(2, kept.Preset.LatestVersion);
        Assert.Equal(1, await store.FinishPurgesAsync(CancellationToken.None));
        Assert.Equal((1, 2), (await CountAsync(database, "presets"), await CountAsync(database, "preset_versions")));
        Assert.Equal(0, await CountAsync(database, "preset_purges"));
    }

    [Theory, Sqlite, Postgres]
    public async Task The_default_workspace_and_one_with_active_keys_stay(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var workspaces = new WorkspaceStore(database, clock);
        var keys = new KeyStore(database, clock);
        var (standard, _) = await workspaces.EnsureDefaultAsync(NewWorkspace("default"), CancellationToken.None);
        var workspace = NewWorkspace("w");
        await workspaces.CreateAsync(workspace, standard.Id, null, CancellationToken.None);
        var key = ApiKey.FromSecret(KeySecret.Generate(), workspace.Id, "n", Timestamp.Now(clock)) with
        {
            ExpiresAt = Timestamp.Now(clock).AddSeconds(1),
        };
        await keys.AddOnceAsync(key, CancellationToken.None);
        var disabled = key with { Hash = KeySecret.Hash(KeySecret.Generate()), Disabled = true, ExpiresAt = null };
        await keys.AddOnceAsync(disabled, CancellationToken.None);

        Assert.Equal(WorkspaceDeletion.IsDefault, await workspaces.DeleteAsync(standard.Id, CancellationToken.None));
        Assert.Equal(
            WorkspaceDeletion.HasActiveKeys, await workspaces.DeleteAsync(workspace.Id, CancellationToken.None));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkspaceDeletion.Deleted, await workspaces.DeleteAsync(workspace.Id, CancellationToken.None));
        Assert.Null(await keys.FindAsync(key.Hash, CancellationToken.None));
    }

    private static Task<int> CountAsync(Database database, string table) => database.ReadAsync(
        connection => connection.FindAsync($"select count(*) from {table}", row => (int)row.Next<long>()),
        CancellationToken.None);

    private Workspace NewWorkspace(string slug) =>
        new(Guid.CreateVersion7(), slug, "W", null, null, null, false, null, Timestamp.Now(clock), null);
}
