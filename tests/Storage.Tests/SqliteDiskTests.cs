using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>A SQLite file whose disk is full, read-only or damaged.</summary>
public sealed class SqliteDiskTests
{
    private static readonly PresetName Name = new(Guid.CreateVersion7(), "preset");

    [TmpfsFact]
    public async Task On_a_full_disk_nothing_is_stored_and_afterwards_numbers_go_on()
    {
        using var disk = new Tmpfs(1024);
        await using var database = await StartAsync(disk.Path);
        var store = database.OpenStore();
        var large = new string('x', 20_000);
        var stored = await store.AppendNewAsync(Name);
        await database.PingAsync(CancellationToken.None);

        disk.Fill();
        StoreException? failure = null;
        while (failure is null)
            try
            {
                stored = (await store.CommitOneAsync(Name, Appends.New(prompt: large))).Number();
            }
            catch (StoreException full)
            {
                failure = full;
            }

        var ping = await Assert.ThrowsAsync<StoreException>(() => database.PingAsync(CancellationToken.None));
        var versions = (await store.ListVersionsAsync(Name, 0, 1000, CancellationToken.None))!;
        disk.Empty();

        Assert.Equal((StoreFailure.NotStored, true), (failure.Kind, failure.NeedsOperator));
        Assert.Contains("database or disk is full", failure.Message, StringComparison.Ordinal);
        Assert.True(ping.NeedsOperator);
        Assert.Equal(Enumerable.Range(1, stored), versions.Items.Select(version => version.Version));
        await database.PingAsync(CancellationToken.None);
        Assert.Equal(stored + 1, await store.AppendNewAsync(Name));
    }

    [Fact]
    public async Task A_file_that_may_not_grow_takes_no_version_and_afterwards_the_next()
    {
        await using var test = await TestDatabase.StartAsync(Engine.Sqlite);
        var name = test.NewName();
        await test.AppendNewAsync(name);
        await MayHavePagesAsync(1);

        var failure = await Assert.ThrowsAsync<StoreException>(() =>
            test.CommitOneAsync(name, Appends.New(prompt: new string('x', 100_000))));
        await MayHavePagesAsync(1_000_000);

        Assert.Equal((StoreFailure.NotStored, true), (failure.Kind, failure.NeedsOperator));
        Assert.Equal(2, await test.AppendNewAsync(name));

        // Never fewer than it has.
        Task MayHavePagesAsync(int most) => test.Database.WriteAsync(
            connection => connection.ExecuteAsync($"pragma max_page_count = {most}"), CancellationToken.None);
    }

    [TmpfsFact]
    public async Task A_read_only_disk_is_told_as_what_it_is()
    {
        using var disk = new Tmpfs(1024);
        await (await StartAsync(disk.Path)).DisposeAsync();
        disk.MakeReadOnly();

        var old = await Assert.ThrowsAsync<StoreException>(() => StartAsync(disk.Path));
        var none = await Assert.ThrowsAsync<StoreException>(() => StartAsync(Path.Combine(disk.Path, "below")));

        Assert.Contains("presets.db cannot be opened: Read-only file system", old.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be opened: Read-only file system", none.Message, StringComparison.Ordinal);
    }

    [Fact, System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Rights_that_are_missing_are_told_as_what_they_are()
    {
        var folder = Directory.CreateTempSubdirectory("presets-sqlite-");
        await (await StartAsync(folder.FullName)).DisposeAsync();
        var file = Path.Combine(folder.FullName, "presets.db");

        // For everybody: root starts as nobody.
        SetMode(folder.FullName, "rwx");
        SetMode(file, "r");
        var ofFile = Assert.Throws<StoreException>(() => StartUnprivileged(folder.FullName));
        SetMode(file, "rw");
        SetMode(folder.FullName, "rx");
        var ofFolder = Assert.Throws<StoreException>(() => StartUnprivileged(folder.FullName));

        Assert.Contains("cannot be opened: Access to the path", ofFile.Message, StringComparison.Ordinal);
        Assert.Contains("Its folder must take files too", ofFolder.Message, StringComparison.Ordinal);
        SetMode(folder.FullName, "rwx");
        folder.Delete(recursive: true);

        static void SetMode(string path, string rights)
        {
            var bits = (rights.Contains('r') ? 4 : 0) + (rights.Contains('w') ? 2 : 0) + (rights.Contains('x') ? 1 : 0);
            File.SetUnixFileMode(path, (UnixFileMode)(bits * 0b1_001_001));
        }
    }

    [Fact]
    public async Task A_damaged_page_fails_what_needs_it_and_nothing_beside_it()
    {
        var folder = Directory.CreateTempSubdirectory("presets-sqlite-").FullName;
        long page;
        await using (var database = await StartAsync(folder))
        {
            await database.OpenStore().CommitOneAsync(Name, Appends.New(key: "key"));
            page = await database.ReadAsync(
                connection => connection.FindAsync(
                    "select rootpage from sqlite_schema where name = 'idempotency_keys'", row => row.Next<long>()),
                CancellationToken.None);
        }

        await using (var file = File.OpenWrite(Path.Combine(folder, "presets.db")))
        {
            file.Position = (page - 1) * 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, 4096).ToArray());
        }

        await using var again = await StartAsync(folder);
        var store = again.OpenStore();
        using var release = new ManualResetEventSlim();
        var stalled = again.WriteAsync(
            _ =>
            {
                release.Wait();
                return Task.FromResult(0);
            },
            CancellationToken.None);
        var keyed = store.CommitOneAsync(Name, Appends.New(key: "key"));
        var plain = store.AppendNewAsync(Name);
        release.Set();
        await stalled;
        var failure = await Assert.ThrowsAsync<StoreException>(() => keyed);
        var read = await Assert.ThrowsAsync<StoreException>(() => again.ReadAsync(
            connection => connection.ListAsync("select fingerprint from idempotency_keys", row => row.Next<byte[]>()),
            CancellationToken.None));

        Assert.Equal((StoreFailure.NotStored, true), (failure.Kind, failure.NeedsOperator));
        Assert.Contains("malformed", failure.Message, StringComparison.Ordinal);
        Assert.Equal((StoreFailure.NotStored, true), (read.Kind, read.NeedsOperator));
        Assert.Equal(2, await plain);
    }

    [Theory]
    [InlineData(5, StoreFailure.NotStored, false)]
    [InlineData(8, StoreFailure.NotStored, true)]
    [InlineData(10, StoreFailure.InDoubt, true)]
    [InlineData(11, StoreFailure.NotStored, true)]
    [InlineData(13, StoreFailure.NotStored, true)]
    [InlineData(26, StoreFailure.NotStored, true)]
    public void A_failed_commit_is_in_doubt_only_when_its_last_page_may_be_on_the_disk(
        int code, StoreFailure kind, bool needsOperator)
    {
        var failure = SqliteFailure.During(new SqliteException("the words", code));

        Assert.Equal((kind, needsOperator), (failure.Kind, failure.NeedsOperator));
        Assert.Contains("the words", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Starts a database on a file; as nobody when the tests run as root, whom no right stops. Linux keeps that for a
    /// thread and those that it starts.
    /// </summary>
    private static void StartUnprivileged(string folder)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            if (Environment.IsPrivilegedProcess)
                _ = SetFileSystemUser(65534);
            try
            {
                StartAsync(folder).GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
            catch (StoreException refused)
            {
                failure = refused;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            throw failure;
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint id);

    /// <summary>A file in a folder, with the workspace of <see cref="Name"/>.</summary>
    private static async Task<SqliteDatabase> StartAsync(string folder)
    {
        var database = new SqliteDatabase($"Data Source={Path.Combine(folder, "presets.db")}", TimeProvider.System);
        try
        {
            await database.StartAsync(alone: true, CancellationToken.None);
            await database.WriteAsync(
                connection => connection.ExecuteAsync(
                    """
                    insert or ignore into workspaces (id, slug, name, is_default, created_at)
                    values ($1, 'w', 'w', 0, 0)
                    """,
                    Name.WorkspaceId),
                CancellationToken.None);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }
}
