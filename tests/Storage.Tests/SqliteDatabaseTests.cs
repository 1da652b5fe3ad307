using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("presets-sqlite-");

    private string ConnectionString => $"Data Source={Path.Combine(folder.FullName, "below", "presets.db")}";

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_second_node_on_the_same_file_is_told_why_it_will_not_start()
    {
        await using var first = new SqliteDatabase(ConnectionString, TimeProvider.System);
        await first.StartAsync(alone: true, CancellationToken.None);
        await using var second = new SqliteDatabase(ConnectionString, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<StoreException>(() =>
            second.StartAsync(alone: true, CancellationToken.None));

        Assert.Contains("presets.db belongs to another running process", refused.Message);
        Assert.Contains("use Postgres", refused.Message);
        await first.PingAsync(CancellationToken.None);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_second_node_on_the_same_file_by_another_name_is_refused(bool isHardLink)
    {
        await using var first = new SqliteDatabase(ConnectionString, TimeProvider.System);
        await first.StartAsync(alone: true, CancellationToken.None);
        var file = Path.Combine(folder.FullName, "below", "presets.db");
        var link = Path.Combine(folder.FullName, "link.db");
        if (isHardLink)
            using (var ln = Process.Start("ln", [file, link]))
                await ln.WaitForExitAsync();
        else
            File.CreateSymbolicLink(link, file);
        await using var second = new SqliteDatabase($"Data Source={link}", TimeProvider.System);

        var refused = await Assert.ThrowsAsync<StoreException>(() =>
            second.StartAsync(alone: true, CancellationToken.None));

        Assert.Contains("link.db belongs to another running process", refused.Message);
        await first.PingAsync(CancellationToken.None);
        await first.DisposeAsync();
        await second.StartAsync(alone: true, CancellationToken.None);
        await second.PingAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_node_may_start_when_the_other_has_ended()
    {
        var first = new SqliteDatabase(ConnectionString, TimeProvider.System);
        await first.StartAsync(alone: true, CancellationToken.None);
        await first.DisposeAsync();
        await using var second = new SqliteDatabase(ConnectionString, TimeProvider.System);

        await second.StartAsync(alone: true, CancellationToken.None);

        await second.PingAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_command_may_read_and_write_beside_a_running_node()
    {
        await using var node = new SqliteDatabase(ConnectionString, TimeProvider.System);
        await node.StartAsync(alone: true, CancellationToken.None);
        await using var command = new SqliteDatabase(ConnectionString, TimeProvider.System);
        await command.StartAsync(alone: false, CancellationToken.None);
        var name = new PresetName(Guid.CreateVersion7(), "preset");
        await command.AddWorkspaceAsync(name.WorkspaceId);

        PresetStore[] stores = [node.OpenStore(), command.OpenStore()];
        var numbers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => stores[i % 2].AppendNewAsync(name)));

        Assert.Equal(Enumerable.Range(1, 100), numbers.Order());
    }

    [Fact]
    public async Task Every_connection_is_durable_and_checks_references()
    {
        await using var database = new SqliteDatabase(ConnectionString, TimeProvider.System);
        await database.StartAsync(alone: true, CancellationToken.None);

        Assert.Equal("wal 2 1", await database.ReadAsync(SettingsAsync, CancellationToken.None));
        Assert.Equal("wal 2 1", await database.WriteAsync(SettingsAsync, CancellationToken.None));

        static async Task<string> SettingsAsync(DatabaseConnection connection)
        {
            var settings = new List<string?>();
            foreach (var pragma in new[] { "journal_mode", "synchronous", "foreign_keys" })
                settings.Add(await connection.FindAsync($"pragma {pragma}", row => row.Next<string>()));
            return string.Join(' ', settings);
        }
    }

    [Fact]
    public async Task Work_that_throws_is_undone_alone()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Sqlite);
        var name = test.NewName();
        var release = await test.StallAppendsAsync();

        var thrown = test.Database.WriteAsync<int>(
            async connection =>
            {
                await connection.ExecuteAsync("delete from workspaces");
                throw new Refusal(RefusalCode.WorkspaceNotEmpty, "no");
            },
            CancellationToken.None);
        var beside = test.AppendNewAsync(name);
        await release();

        Assert.Equal(RefusalCode.WorkspaceNotEmpty, (await Assert.ThrowsAsync<Refusal>(() => thrown)).Code);
        Assert.Equal(1, await beside);
        Assert.Equal(1, await test.CountAsync("select count(*) from workspaces"));
    }

    [Fact]
    public async Task A_file_that_another_process_holds_fails_appends_and_waits_for_none_of_them_long()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Sqlite);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await using var holder = new SqliteConnection(test.ConnectionString + ";Pooling=false");
        await holder.OpenAsync();
        await using var command = holder.CreateCommand();
        command.CommandText = "begin immediate";
        await command.ExecuteNonQueryAsync();
        var waited = Stopwatch.StartNew();

        // More than one transaction's worth: the later ones wait for the earlier ones' failure.
        var appends = Enumerable.Range(0, 300)
            .Select(_ => test.CommitOneAsync(test.NewName(), Appends.New()))
            .ToArray();
        foreach (var append in appends)
            Assert.Equal(StoreFailure.NotStored, (await Assert.ThrowsAsync<StoreException>(() => append)).Kind);

        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.NotNull(await test.Store.FindAsync(name, CancellationToken.None));
        command.CommandText = "rollback";
        await command.ExecuteNonQueryAsync();
        Assert.Equal(2, await test.AppendNewAsync(name));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(folder.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        await using var database = new SqliteDatabase($"Data Source={file}/presets.db", TimeProvider.System);

        var failure = await Assert.ThrowsAsync<StoreException>(() =>
            database.StartAsync(alone: true, CancellationToken.None));

        Assert.Contains(file, failure.Message);
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x.db;Mode=Memory")]
    [InlineData("Data Source=")]
    public void A_database_in_memory_is_refused(string connectionString)
    {
        Assert.Throws<ArgumentException>(() => new SqliteDatabase(connectionString, TimeProvider.System));
    }
}
