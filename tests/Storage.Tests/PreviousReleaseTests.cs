using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>A database as the previous release left it, with rows in every table, opened by this one.</summary>
public sealed class PreviousReleaseTests
{
    private static readonly DateTimeOffset Then = DateTimeOffset.UtcNow.AddMinutes(-1);
    private static readonly Guid WorkspaceId = Guid.CreateVersion7();
    private static readonly Guid PresetId = Guid.CreateVersion7();
    private static readonly Guid[] VersionIds = [Guid.CreateVersion7(), Guid.CreateVersion7()];
    private static readonly PresetName Name = new(WorkspaceId, "Preset");

    [Theory, Sqlite, Postgres]
    public async Task Everything_is_there_and_goes_on(Engine engine)
    {
        var connectionString = await EmptyDatabase.ConnectionStringAsync(engine);
        await using (var database = StorageFactory.CreateDatabase(connectionString, TimeProvider.System))
            await LeaveAsync(engine, connectionString, database);

        await using var opened = StorageFactory.CreateDatabase(connectionString, TimeProvider.System);
        await opened.StartAsync(alone: true, CancellationToken.None);

        var workspace = (await new WorkspaceStore(opened, TimeProvider.System).FindDefaultAsync(default))!;
        Assert.Equal((WorkspaceId, "default", "the first", "user_1"),
            (workspace.Id, workspace.Slug, workspace.Description, workspace.CreatedBy));
        var keys = new KeyStore(opened, TimeProvider.System);
        var key = Assert.Single(await keys.ListAsync(WorkspaceId, includeDisabled: true, 0, 10, default));
        Assert.Equal((Hash('a'), true, true, Cut(Then.AddYears(70))),
            (key.Hash, key.IsManagement, key.Disabled, key.ExpiresAt));
        Assert.Equal(KeyScopes.All, key.Scopes);
        Assert.False(await keys.AddOnceAsync(key with { Hash = Hash('b') }, default));

        var store = opened.OpenStore();
        var head = (await store.FindAsync(Name, default))!;
        Assert.Equal((PresetId, "A name", "Text", PresetStatus.Active, 2, 2L, Cut(Then)),
            (head.Preset.Id, head.Preset.Name, head.Preset.Description, head.Preset.Status, head.Preset.LatestVersion,
             head.Preset.Revision, head.Preset.UpdatedAt));
        Assert.Equal([PresetId], (await store.ListAsync(WorkspaceId, 0, 10, default)).Items.Select(each => each.Id));
        var versions = (await store.ListVersionsAsync(Name, 0, 10, default))!.Items;
        Assert.Equal(VersionIds, versions.Select(version => version.Id));
        Assert.Equal([1L, 2L], versions.Select(version => version.Revision));
        Assert.All(versions, version => Assert.Null(version.Body));
        Assert.Equal("""{ "model": "test/ü" }""", versions[0].Config.Text());
        Assert.Equal([null, "Be terse."], versions.Select(version => version.SystemPrompt?.Text()));

        var replayed = await store.CommitOneAsync(Name, Appends.New(key: "key"));
        Assert.Equal((1, VersionIds[0]), (replayed.Earlier().Version, replayed.Earlier().Id));
        Assert.Equal(3, await store.AppendNewAsync(Name));
    }

    /// <summary>The schema of the previous release, and what it would have stored.</summary>
    private static async Task LeaveAsync(Engine engine, string connectionString, Database database)
    {
        var first = Migration.All(engine.ToString())[0];
        await using System.Data.Common.DbConnection inner =
            engine == Engine.Sqlite ? new SqliteConnection(connectionString) : new NpgsqlConnection(connectionString);
        await inner.OpenAsync();
        var connection = new DatabaseConnection(database, inner, CancellationToken.None);
        var (time, now) = engine == Engine.Sqlite ? ("integer", "0") : ("timestamptz", "now()");
        await first.ApplyAsync(
            connection,
            $"create table schema_migrations (name text not null primary key, applied_at {time} not null)",
            now);
        await connection.ExecuteAsync(
            """
            insert into workspaces (id, slug, name, description, is_default, created_by, created_at)
            values ($1, 'default', 'Default', 'the first', $2, 'user_1', $3)
            """,
            WorkspaceId, true, Then);
        foreach (var (hash, deleted) in new[] { ('a', default(DateTimeOffset?)), ('b', Then) })
            await connection.ExecuteAsync(
                """
                insert into api_keys (
                    hash, workspace_id, user_id, name, label, is_management, disabled, expires_at, created_at,
                    deleted_at)
                values ($1, $2, 'user_1', 'n', 'sk...1', $3, $3, $4, $5, $6)
                """,
                Hash(hash).ToString(), WorkspaceId, true, Then.AddYears(70), Then, deleted);
        (Guid, string, string)[] presets = [(PresetId, "Preset", "active"), (Guid.NewGuid(), "gone", "archived")];
        foreach (var (id, slug, status) in presets)
            await connection.ExecuteAsync(
                """
                insert into presets (
                    id, workspace_id, slug, name, description, status, creator_user_id, created_at, updated_at,
                    latest_version, designated_version, designated_version_id, revision)
                values ($1, $2, $3, 'A name', 'Text', $4, 'user_1', $5, $5, 2, 2, $6, 2)
                """,
                id, WorkspaceId, slug, status, Then, VersionIds[1]);
        foreach (var (number, prompt) in new[] { (1, null), (2, "Be terse.") })
            await connection.ExecuteAsync(
                """
                insert into preset_versions (preset_id, version, id, creator_id, created_at, config, system_prompt)
                values ($1, $2, $3, 'user_1', $4, '{ "model": "test/ü" }', $5)
                """,
                PresetId, number, VersionIds[number - 1], Then, prompt);
        await connection.ExecuteAsync(
            """
            insert into idempotency_keys (workspace_id, key, fingerprint, version_id, created_at)
            values ($1, 'key', $2, $3, $4)
            """,
            WorkspaceId, SHA256.HashData(Encoding.UTF8.GetBytes("the request")), VersionIds[0], Then);
    }

    private static KeyHash Hash(char digit) => KeyHash.Parse(new string(digit, 64));

    private static DateTimeOffset Cut(DateTimeOffset time) =>
        Timestamp.FromUnixMicroseconds(Timestamp.ToUnixMicroseconds(time));
}
