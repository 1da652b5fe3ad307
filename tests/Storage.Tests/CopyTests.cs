using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>A SQLite file taken to Postgres.</summary>
public sealed class CopyTests
{
    // A database of a language sorts texts otherwise than by their bytes, as most servers' databases do.
    private const string English =
        "template template0 encoding 'UTF8' locale_provider icu icu_locale 'en-US' locale 'C'";

    [PostgresFact]
    public async Task Everything_arrives_as_it_was_and_numbers_go_on()
    {
        await using var file = await FileAsync();
        await using var target = await TargetAsync(English);
        var longName = file.NewName("long");
        for (var i = 0; i < 120; i++)
            await file.AppendNewAsync(longName);
        await file.CommitOneAsync(
            file.NewName("prompt"),
            Appends.New("""{"model":"test/ü","stop":["\u0000"]}""", prompt: "Be terse. 简短"));
        foreach (var key in new[] { "a", "B", "-x", "b", "A", "é", "Z" })
            await file.CommitOneAsync(file.NewName("key"), Appends.New(key: key));
        await file.CommitOneAsync(longName, new SetLabel(Guid.CreateVersion7(), "user_1", "staging", 3));
        await file.CommitOneAsync(
            longName, new Edit(Guid.CreateVersion7(), "user_1") { Locked = ["/model"], Message = "Hands off" });
        await file.SetStatusAsync(longName, "disabled");
        var purged = file.NewName("purged");
        await file.AppendNewAsync(purged);
        await file.SetStatusAsync(purged, "archived");
        await file.CommitOneAsync(purged, new Purge(Guid.CreateVersion7(), "user_1"));
        var before = await file.Store.FindAsync(longName, CancellationToken.None);
        var used = UsageTally.Of(UsageClass.Success, DateTimeOffset.UnixEpoch.AddMicroseconds(1));
        await new UsageStore(file.Database).AddAsync(
            new UsageBatch(1, new Dictionary<UsageKey, UsageTally>
            {
                [new(before!.Preset.Id, new DateOnly(2026, 4, 20), 3)] = used,
                [new(before.Preset.Id, new DateOnly(2026, 4, 19), 120)] = used + used,
            }),
            DateTimeOffset.UnixEpoch);

        var counts = await CopyAsync(file, target);

        Assert.Equal(DatabaseCopy.Tables.Select(table => table.Name), counts.Select(count => count.Table));
        Assert.Equal([2, 3, 9, 129, 3, 1, 2, 7], counts.Select(count => count.Rows));
        var store = target.OpenStore();
        var after = await store.FindAsync(longName, CancellationToken.None);
        Assert.Equal(before.Preset, after!.Preset);
        Assert.Equal(before.Designated.Config.ToArray(), after.Designated.Config.ToArray());
        Assert.Equal(120, (await store.ListVersionsAsync(longName, 0, 200, CancellationToken.None))!.Items.Count);
        Assert.Equal(9, (await store.ListAsync(file.WorkspaceId, 0, 100, CancellationToken.None)).TotalCount);
        var usage = await new UsageStore(target).ReadAsync(before.Preset.Id, default, 10, CancellationToken.None);
        Assert.Equal([(3, used), (120, used + used)], usage.Tallies.Select(each => (each.Key.Version, each.Tally)));
        Assert.Equal(121, await store.AppendNewAsync(longName));
        foreach (var table in DatabaseCopy.Tables)
            Assert.Equal(
                counts.Single(count => count.Table == table.Name).Rows + (table.Name == "preset_versions" ? 1 : 0),
                await CountAsync(target, table.Name));
    }

    [PostgresFact]
    public async Task A_target_with_rows_is_refused_and_stays_as_it_was()
    {
        await using var file = await FileAsync();
        await using var target = await TestDatabase.StartAsync(Engine.Postgres, own: true);
        var name = target.NewName();
        await target.Store.AppendNewAsync(name);

        var failure = await Assert.ThrowsAsync<StoreException>(() =>
            CopyAsync(file, (PostgresDatabase)target.Database));

        Assert.Equal("The Postgres database is not empty: workspaces has rows. Nothing was copied.", failure.Message);
        Assert.Equal(1, await target.CountAsync("select count(*) from preset_versions"));
        Assert.Equal(0, await target.CountAsync("select count(*) from api_keys"));
        Assert.Equal(2, await target.Store.AppendNewAsync(name));
    }

    [PostgresFact]
    public async Task A_row_that_Postgres_refuses_leaves_the_target_empty()
    {
        await using var file = await FileAsync();
        await using var target = await TargetAsync();
        await file.Store.AppendNewAsync(file.NewName());
        // The tables before it are copied by then.
        await file.ExecuteAsync("update preset_versions set system_prompt = 'a' || char(0) || 'b'");

        var failure = await Assert.ThrowsAsync<StoreException>(() => CopyAsync(file, target));

        Assert.StartsWith(
            "preset_versions: Postgres refuses a row: invalid byte sequence",
            failure.Message,
            StringComparison.Ordinal);
        Assert.EndsWith("column system_prompt). Nothing was copied.", failure.Message, StringComparison.Ordinal);

        foreach (var table in DatabaseCopy.Tables)
            Assert.Equal(0, await CountAsync(target, table.Name));
    }

    [PostgresFact]
    public async Task A_difference_is_found_before_anything_is_stored()
    {
        await using var file = await FileAsync();
        await using var target = await TargetAsync();
        await file.Store.AppendNewAsync(file.NewName());
        // What would go wrong on the way: the server changes what it is given.
        await target.WriteAsync(
            connection => connection.ExecuteAsync(
                """
                create function change() returns trigger language plpgsql as $$
                begin
                    new.creator_id := 'another';
                    return new;
                end $$;
                create trigger change before insert on preset_versions for each row execute function change()
                """),
            CancellationToken.None);

        var failure = await Assert.ThrowsAsync<StoreException>(() => CopyAsync(file, target));

        Assert.Equal(
            "preset_versions: 1 rows in the file and 1 in Postgres do not agree. Nothing was copied.", failure.Message);
        foreach (var table in DatabaseCopy.Tables)
            Assert.Equal(0, await CountAsync(target, table.Name));
    }

    [PostgresFact]
    public async Task No_table_is_forgotten()
    {
        await using var file = await FileAsync();
        await using var target = await TargetAsync();
        // The target has its own migrations, and counts the presets that arrive. The processes that handed counts over
        // to the file have ended. Who is signed in to the console signs in anew.
        var copied = DatabaseCopy.Tables.Select(table => table.Name)
            .Concat(["schema_migrations", "preset_counts", "usage_handovers", "console_sessions"])
            .Order(StringComparer.Ordinal);

        var ofFile = await NamesAsync(
            file.Database, "select name from sqlite_master where type = 'table' and name not like 'sqlite%'");
        var ofPostgres = await NamesAsync(
            target, "select table_name from information_schema.tables where table_schema = 'public'");

        Assert.Equal(copied, ofFile.Order(StringComparer.Ordinal));
        Assert.Equal(copied, ofPostgres.Order(StringComparer.Ordinal));
    }

    /// <summary>A file with a second workspace and three keys.</summary>
    private static async Task<TestDatabase> FileAsync()
    {
        var file = await TestDatabase.StartAsync(Engine.Sqlite);
        await file.AddWorkspaceAsync(Guid.CreateVersion7());
        foreach (var (hash, expires, deleted) in new (string, object, object)[]
        {
            ("0a", DBNull.Value, DBNull.Value),
            ("b1", DateTimeOffset.UnixEpoch.AddYears(70), DBNull.Value),
            ("ff", DBNull.Value, DateTimeOffset.UnixEpoch.AddDays(1)),
        })
            await file.ExecuteAsync(
                """
                insert into api_keys (
                    hash, workspace_id, user_id, name, label,
                    is_management, disabled, expires_at, created_at, deleted_at)
                values (
                    @hash, @workspace_id, 'user_1', 'n', 'sk…1',
                    @is_management, @disabled, @expires, @created, @deleted)
                """,
                ("hash", hash),
                ("workspace_id", file.WorkspaceId),
                ("is_management", hash == "0a"),
                ("disabled", hash == "b1"),
                ("expires", expires),
                ("created", DateTimeOffset.UnixEpoch.AddMicroseconds(1)),
                ("deleted", deleted));
        return file;
    }

    /// <summary>Copies a file that no node holds any more.</summary>
    private static async Task<IReadOnlyList<(string Table, long Rows)>> CopyAsync(
        TestDatabase file, PostgresDatabase target)
    {
        await file.Database.DisposeAsync();
        await using var source =
            (SqliteDatabase)StorageFactory.CreateDatabase(file.ConnectionString, TimeProvider.System);
        return await DatabaseCopy.RunAsync(source, target, CancellationToken.None);
    }

    private static async Task<PostgresDatabase> TargetAsync(string options = "")
    {
        var database = new PostgresDatabase(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(options));
        await database.StartAsync(alone: true, CancellationToken.None);
        return database;
    }

    private static async Task<long> CountAsync(Database database, string table) =>
        (await NamesAsync(database, $"select 'x' from {table}")).Count;

    private static Task<List<string>> NamesAsync(Database database, string sql) =>
        database.ReadAsync(
            connection => connection.ListAsync(sql, row => row.Next<string>()), CancellationToken.None);
}
