using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class KeyStoreTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 10, 0, 0, TimeSpan.Zero));

    [Theory, Sqlite, Postgres]
    public async Task A_key_comes_back_as_it_was_stored(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var keys = new KeyStore(database, clock);
        var key = await NewKeyAsync(database) with
        {
            ExpiresAt = Timestamp.Now(clock).AddMicroseconds(1),
            Disabled = true,
            IsManagement = true,
            Scopes = KeyScopes.Read | KeyScopes.Promote,
            Name = "'; drop",
        };

        Assert.Null(await keys.CreateAsync(key, key.WorkspaceId, null, CancellationToken.None));

        Assert.Equal(key, await keys.FindAsync(key.Hash, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_deleted_key_is_absent_and_never_stored_again(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var keys = new KeyStore(database, clock);
        var key = await NewKeyAsync(database);

        Assert.True(await keys.AddOnceAsync(key, CancellationToken.None));
        Assert.False(await keys.AddOnceAsync(key, CancellationToken.None));
        Assert.True(await keys.DeleteAsync(key.Hash, CancellationToken.None));
        Assert.False(await keys.DeleteAsync(key.Hash, CancellationToken.None));

        Assert.False(await keys.AddOnceAsync(key, CancellationToken.None));
        Assert.Null(await keys.FindAsync(key.Hash, CancellationToken.None));
        Assert.Null(await keys.UpdateAsync(key.Hash, "n", null, null, CancellationToken.None));
        Assert.Empty(await keys.ListAsync(key.WorkspaceId, includeDisabled: true, 0, 100, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_change_leaves_what_is_not_given(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var keys = new KeyStore(database, clock);
        var key = await NewKeyAsync(database);
        await keys.AddOnceAsync(key, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(1));

        var disabled = await keys.UpdateAsync(key.Hash, null, true, null, CancellationToken.None);
        var renamed = await keys.UpdateAsync(key.Hash, "other", null, null, CancellationToken.None);
        var reading = await keys.UpdateAsync(key.Hash, null, null, KeyScopes.Read, CancellationToken.None);

        Assert.Equal(key with { Disabled = true, UpdatedAt = Timestamp.Now(clock) }, disabled);
        Assert.Equal(disabled! with { Name = "other" }, renamed);
        Assert.Equal(renamed! with { Scopes = KeyScopes.Read }, reading);
        Assert.Equal(reading, await keys.FindAsync(key.Hash, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task Keys_are_listed_oldest_first_and_ties_by_hash(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var keys = new KeyStore(database, clock);
        var key = await NewKeyAsync(database);
        string[] hashes = [.. "dbca".Select(digit => new string(digit, 64))];
        foreach (var hash in hashes)
        {
            var added = key with
            {
                Hash = KeyHash.Parse(hash),
                Disabled = hash[0] == 'b',
                CreatedAt = hash[0] == 'd' ? key.CreatedAt.AddDays(-1) : key.CreatedAt,
            };
            await keys.AddOnceAsync(added, CancellationToken.None);
        }

        var active = await keys.ListAsync(key.WorkspaceId, includeDisabled: false, 0, 100, CancellationToken.None);
        var part = await keys.ListAsync(key.WorkspaceId, includeDisabled: true, 1, 2, CancellationToken.None);

        Assert.Equal("dac", string.Concat(active.Select(found => found.Hash.ToString()[0])));
        Assert.Equal("ab", string.Concat(part.Select(found => found.Hash.ToString()[0])));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_of_no_workspace_is_refused(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var key = await NewKeyAsync(database) with { WorkspaceId = Guid.NewGuid() };

        var refusal = await Assert.ThrowsAsync<Refusal>(() =>
            new KeyStore(database, clock).CreateAsync(key, key.WorkspaceId, null, CancellationToken.None));

        Assert.Equal((RefusalCode.InvalidField, "workspace_id"), (refusal.Code, refusal.Field));
    }

    [Theory, Sqlite, Postgres]
    public async Task Of_racing_requests_with_one_idempotency_key_one_makes_a_key(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var keys = new KeyStore(database, clock);
        var key = await NewKeyAsync(database);
        var idempotency = new Idempotency("k", new byte[32]);

        var earlier = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            keys.CreateAsync(
                key with { Hash = KeyHash.Parse($"{i:x64}") }, key.WorkspaceId, idempotency, CancellationToken.None)));

        Assert.Single(earlier, id => id is null);
        Assert.Single(await keys.ListAsync(key.WorkspaceId, includeDisabled: true, 0, 100, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task An_idempotency_key_is_forgotten_after_a_day_and_refused_for_another_request_before(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var keys = new KeyStore(database, clock);
        var key = await NewKeyAsync(database);
        var other = new Idempotency("k", new byte[] { 1 });
        await keys.CreateAsync(key, key.WorkspaceId, new Idempotency("k", new byte[32]), CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => keys.CreateAsync(
            key with { Hash = KeyHash.Parse(new string('1', 64)) }, key.WorkspaceId, other, CancellationToken.None));
        clock.Advance(Idempotency.Lifetime);
        var later = key with { Hash = KeyHash.Parse(new string('1', 64)), CreatedAt = Timestamp.Now(clock) };

        Assert.Equal(RefusalCode.IdempotencyKeyReused, refusal.Code);
        Assert.Null(await keys.CreateAsync(later, key.WorkspaceId, other, CancellationToken.None));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_that_is_found_knows_whether_its_workspace_is_guarded(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var keys = new KeyStore(database, clock);
        var key = await NewKeyAsync(database);
        await keys.AddOnceAsync(key, CancellationToken.None);

        Assert.False((await keys.FindAsync(key.Hash, CancellationToken.None))!.InGuardedWorkspace);
        await new WorkspaceStore(database, clock).UpdateAsync(
            key.WorkspaceId, workspace => workspace with { Guarded = true }, CancellationToken.None);

        Assert.True((await keys.FindAsync(key.Hash, CancellationToken.None))!.InGuardedWorkspace);
    }

    [Theory, Sqlite, Postgres]
    public async Task Uses_of_many_keys_are_stored_and_older_ones_replace_none(Engine engine)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, clock);
        var keys = new KeyStore(database, clock);
        var key = await NewKeyAsync(database);
        var hashes = Enumerable.Range(0, 1200).Select(i => KeyHash.Parse($"{i:x64}")).ToArray();
        foreach (var hash in hashes)
            await keys.AddOnceAsync(key with { Hash = hash }, CancellationToken.None);
        var now = Timestamp.Now(clock);

        await keys.AddUsesAsync(UsesAt(now), CancellationToken.None);
        Assert.All(await StoredAsync(), used => Assert.Equal(now, used));
        // Of a key that is gone nothing is stored, and the others are.
        await keys.AddUsesAsync(
            [
                new(KeyHash.Parse(new string('f', 64)), now),
                .. UsesAt(now.AddSeconds(-1))[..600],
                .. UsesAt(now.AddSeconds(1))[600..],
            ],
            CancellationToken.None);

        var stored = await StoredAsync();
        Assert.All(stored[..600], used => Assert.Equal(now, used));
        Assert.All(stored[600..], used => Assert.Equal(now.AddSeconds(1), used));

        KeyValuePair<KeyHash, DateTimeOffset>[] UsesAt(DateTimeOffset at) =>
            Array.ConvertAll(hashes, hash => KeyValuePair.Create(hash, at));

        async Task<DateTimeOffset?[]> StoredAsync()
        {
            var all = await keys.ListAsync(key.WorkspaceId, includeDisabled: true, 0, 2000, CancellationToken.None);
            Assert.Equal(hashes.Length, all.Count);
            return [.. all.Select(each => each.LastUsedAt)];
        }
    }

    private async Task<ApiKey> NewKeyAsync(Database database)
    {
        var (workspace, _) = await new WorkspaceStore(database, clock).EnsureDefaultAsync(
            new Workspace(
                Guid.CreateVersion7(), "default", "Default", null, null, null, true, null, Timestamp.Now(clock), null),
            CancellationToken.None);
        return ApiKey.FromSecret(KeySecret.Generate(), workspace.Id, "name", Timestamp.Now(clock));
    }
}
